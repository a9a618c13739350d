package dev.errata.experiment;

import dev.errata.delta.LiveFact;
import dev.errata.evaluation.CounterFactScores;
import dev.errata.evaluation.FixedText;
import dev.errata.evaluation.ProbedFact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactKey;
import dev.errata.memit.EditedTensors;
import dev.errata.memit.Editor;
import dev.errata.memit.Progress;
import dev.errata.transformer.Overlay;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * One edit without a log, measured before and after: load, score, edit, score.
 *
 * <h2>Thread safety</h2> One thread.
 */
public final class EditTrial {
    private static final double NANOS = 1e9;

    private final Workbench bench;
    private final Map<String, Double> seconds = new LinkedHashMap<>();

    public EditTrial(Workbench bench) {
        this.bench = bench;
    }

    /**
     * Edits the model and scores it on the facts that are asked for in the end: those claimed, and those that were refused.
     *
     * @param batchSize facts in a batch at most
     * @param textTokens how much of the fixed text perplexity is measured on; 0 for none of it
     */
    public EditReport run(List<FactChange> changes, int batchSize, int textTokens, Progress progress) {
        List<ProbedFact> asked = asked(changes);
        Optional<FixedText> text = timed("evaluation", () -> textTokens == 0 ? Optional.empty() : bench.fixedText(textTokens));
        EditReport.Side before = timed("evaluation", () -> new EditReport.Side(
                CounterFactScores.of(bench.model(), Overlay.NONE, asked),
                text.map(fixed -> OptionalDouble.of(fixed.basePerplexity())).orElse(OptionalDouble.empty())));
        LocalEdit.Result result;
        try (Editor editor = timed("covariance", bench::editor)) {
            result = new LocalEdit(editor, batchSize).run(changes, progress);
        }
        seconds.putAll(result.seconds());
        EditReport.Side after = timed("evaluation", () -> side(result, asked, text));
        Map<String, String> model = new LinkedHashMap<>();
        model.put("name", bench.settings().modelName());
        model.put("digest", bench.model().digest());
        model.put("device", bench.device());
        return new EditReport(model, bench.parameters(), asked.size(), result.live().size(), result, before, after, seconds);
    }

    private EditReport.Side side(LocalEdit.Result result, List<ProbedFact> asked, Optional<FixedText> text) {
        try (Overlay overlay = EditedTensors.overlay(bench.model(), result.weights())) {
            return new EditReport.Side(
                    CounterFactScores.of(bench.model(), overlay, asked),
                    text.map(fixed -> OptionalDouble.of(fixed.drift(overlay).perplexity())).orElse(OptionalDouble.empty()));
        }
    }

    /** The last assertion about each fact, unless it was retracted after it. */
    static List<ProbedFact> asked(List<FactChange> changes) {
        Map<FactKey, ProbedFact> asked = new LinkedHashMap<>();
        for (FactChange change : changes) {
            if (change instanceof Asserted asserted) {
                LiveFact fact = LiveFact.of(asserted);
                asked.put(change.key(), new ProbedFact(fact.fact(), fact.previousObject(), fact.probes()));
            } else {
                asked.remove(change.key());
            }
        }
        return List.copyOf(asked.values());
    }

    private <T> T timed(String phase, Supplier<T> work) {
        long start = System.nanoTime();
        try {
            return work.get();
        } finally {
            seconds.merge(phase, (System.nanoTime() - start) / NANOS, Double::sum);
        }
    }
}
