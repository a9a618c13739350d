package dev.errata.experiment;

import dev.errata.delta.LiveFact;
import dev.errata.memit.Covariance;
import dev.errata.memit.EditRequest;
import dev.errata.memit.Editor;
import dev.errata.memit.EditorSettings.Anchor;
import dev.errata.memit.KeptTarget;
import dev.errata.memit.TargetKeys;
import dev.errata.memit.TargetStore;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Several facts of one subject under prompts that begin with it, for which the model has one key (live-set.md §4): all subjects of all
 * sizes are changed at once, and row n is about those with n facts.
 *
 * <p>Beside one joint target for a subject in one batch: a target and a pair for each fact ({@code separate_}), and the facts of a subject
 * one after the other in later batches ({@code later_}); {@code base_} is the model before. {@code accuracy}: the new object is the
 * likeliest continuation; {@code mean_nll} of the new object; {@code target_nll} what the joint search ended at; {@code neighborhood}:
 * success over other subjects that share the previous object, none of which changes.
 *
 * <h2>Thread safety</h2> One thread.
 */
public final class SubjectsBench implements Bench {
    @Override
    public String name() {
        return "subjects";
    }

    @Override
    public String measures() {
        return "scores of subjects whose n facts share a key, changed at once, beside a target each and beside one after the other";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(2, 3);
    }

    @Override
    public String model(BenchContext context) {
        return context.settings().modelName();
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        List<Integer> asked = List.copyOf(new LinkedHashSet<>(sizes));
        List<List<LiveFact>> subjects = context.together(Set.copyOf(asked));
        KeptInMemory kept = new KeptInMemory();
        try (Workbench bench = context.open()) {
            Covariance covariance = bench.covariance(bench.parameters().layers());
            try (Editor base = bench.editor(covariance, Anchor.BASE, kept);
                    Editor current = bench.editor(covariance, Anchor.CURRENT, TargetStore.NONE)) {
                context.say().accept(subjects.size() + " subjects");
                List<LiveFact> all = subjects.stream().flatMap(List::stream).toList();
                EditSequence joint = new EditSequence(base, true);
                joint.write(all);
                EditSequence separate = new EditSequence(current, true);
                separate.write(all);
                EditSequence later = later(base, subjects);

                LastingScorer scorer = new LastingScorer(bench.model(), bench.fixedText());
                List<List<LiveFact>> sets = asked.stream().map(n -> of(n, subjects).stream().flatMap(List::stream).toList()).toList();
                Map<String, LastingScorer.Asked> sides = new LinkedHashMap<>();
                sides.put("", scorer.ask(joint.weights(), sets));
                sides.put("separate_", scorer.ask(separate.weights(), sets));
                sides.put("later_", scorer.ask(later.weights(), sets));
                sides.put("base_", scorer.ask(base.baseWeights(), sets));
                TargetKeys keys = new TargetKeys(bench.model().digest(), bench.parameters(), bench.contexts());
                for (int i = 0; i < asked.size(); i++) {
                    List<List<LiveFact>> some = of(asked.get(i), subjects);
                    Map<String, Double> more = new LinkedHashMap<>();
                    more.put("subjects", (double) some.size());
                    targetNll(some, keys, kept).ifPresent(nll -> more.put("target_nll", nll));
                    int row = i;
                    sides.forEach((prefix, side) -> named(prefix, side, row, more));
                    rows.accept(new BenchRow(
                            asked.get(i),
                            all.size() / joint.seconds(),
                            OptionalDouble.empty(),
                            Map.of("edit", joint.seconds()),
                            more));
                }
            }
        }
    }

    private static List<List<LiveFact>> of(int size, List<List<LiveFact>> subjects) {
        return subjects.stream().filter(facts -> facts.size() == size).toList();
    }

    /** The first fact of every subject in one batch, the second in the next. */
    private static EditSequence later(Editor editor, List<List<LiveFact>> subjects) {
        EditSequence sequence = new EditSequence(editor, true);
        int most = subjects.stream().mapToInt(List::size).max().orElseThrow();
        for (int i = 0; i < most; i++) {
            int at = i;
            sequence.write(subjects.stream().filter(facts -> facts.size() > at).map(facts -> facts.get(at)).toList());
        }
        return sequence;
    }

    /** Mean over those subjects whose facts had one target between them. */
    private static OptionalDouble targetNll(List<List<LiveFact>> subjects, TargetKeys keys, TargetStore kept) {
        return subjects.stream()
                .map(facts -> facts.stream().map(fact -> EditRequest.of(fact.fact())).toList())
                .map(facts -> kept.find(keys.of(facts)))
                .flatMap(Optional::stream)
                .mapToDouble(KeptTarget::nll)
                .average();
    }

    private static void named(String prefix, LastingScorer.Asked asked, int set, Map<String, Double> more) {
        LastingScores scores = asked.scores().get(set);
        more.put(prefix + "accuracy", scores.accuracy());
        more.put(prefix + "mean_nll", asked.nll().get(set));
        if (!Double.isNaN(scores.neighborhood())) {
            more.put(prefix + "neighborhood", scores.neighborhood());
        }
        more.put(prefix + "perplexity", asked.perplexity());
    }
}
