package dev.errata.experiment;

import dev.errata.delta.LiveFact;
import dev.errata.evaluation.Drift;
import dev.errata.evaluation.FixedText;
import dev.errata.evaluation.Growth;
import dev.errata.memit.Editor;
import dev.errata.transformer.CausalLm;
import dev.errata.worker.Growths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * How a model stands while a stream of batches is written into it: as good as one batch of the same facts, or falling apart.
 *
 * <p>The reference's way is the same sequence with an editor whose anchor is the current weights and with a memory that is lost after
 * each batch. One batch is a sequence of one.
 *
 * <h2>Limits</h2> The model is asked about all facts written so far at each point; points are what takes time once targets are kept.
 * <h2>Thread safety</h2> None.
 */
public final class StreamCurve {
    private final CausalLm model;
    private final Editor editor;
    private final LastingScorer scorer;

    public StreamCurve(CausalLm model, FixedText text, Editor editor) {
        this.model = model;
        this.editor = editor;
        this.scorer = new LastingScorer(model, text);
    }

    /**
     * One moment.
     *
     * @param facts written so far
     * @param all scores of all of them
     * @param retained scores of those that an earlier point knew already; of no fact at the first point
     * @param drift on the fixed text
     * @param growth of the edited tensors; its live pairs are those that are protected
     * @param seconds of editing so far
     */
    public record Point(
            int facts, LastingScores all, LastingScores retained, Drift drift, Growth growth, double seconds) {
        public double perplexity() {
            return drift.perplexity();
        }
    }

    /**
     * Writes facts in their order.
     *
     * @param batchSize facts in a batch, at least 1
     * @param remembers whether earlier facts are protected; false is the reference's way
     * @param points after how many facts to look; the end is always looked at
     */
    public List<Point> run(List<LiveFact> facts, int batchSize, boolean remembers, Set<Integer> points) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSize: " + batchSize + " (expected: 1 or more)");
        }
        EditSequence sequence = new EditSequence(editor, remembers);
        List<Point> curve = new ArrayList<>();
        List<LiveFact> known = List.of();
        for (int from = 0; from < facts.size(); from += batchSize) {
            int to = Math.min(facts.size(), from + batchSize);
            sequence.write(facts.subList(from, to));
            int begun = from;
            if (to == facts.size() || points.stream().anyMatch(point -> point > begun && point <= to)) {
                List<LiveFact> asked = List.copyOf(facts.subList(0, to));
                LastingScorer.Asked now = scorer.ask(sequence.weights(), List.of(asked, known));
                Growth growth = Growths.of(editor.baseWeights(), sequence.weights(), sequence.live(), model::tensorName);
                curve.add(new Point(to, now.scores().get(0), now.scores().get(1), now.drift(), growth, sequence.seconds()));
                known = asked;
            }
        }
        return curve;
    }

    /** Facts in another order, the same for the same seed. */
    public static List<LiveFact> shuffled(List<LiveFact> facts, long seed) {
        List<LiveFact> shuffled = new ArrayList<>(facts);
        Collections.shuffle(shuffled, new Random(seed));
        return shuffled;
    }
}
