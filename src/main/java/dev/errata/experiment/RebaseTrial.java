package dev.errata.experiment;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.evaluation.FixedText;
import dev.errata.memit.Editor;
import dev.errata.transformer.CausalLm;
import java.util.List;
import java.util.Map;

/**
 * What it costs to write all live facts of a stream again from the base, towards their kept targets, and what is gained by it.
 *
 * <h2>Thread safety</h2> None.
 */
public final class RebaseTrial {
    private final Editor editor;
    private final LastingScorer scorer;

    /** @param editor one that keeps targets, and has none of these facts yet if the time of editing is to count in full */
    public RebaseTrial(CausalLm model, FixedText text, Editor editor) {
        this.editor = editor;
        this.scorer = new LastingScorer(model, text);
    }

    /**
     * @param weights every edited tensor, by name
     * @param searches targets that were searched for it
     */
    public record Side(Map<String, EditedTensor> weights, LastingScores scores, double perplexity, double seconds, int searches) {}

    /**
     * @param distance ‖W_stream − W_rebased‖ over ‖W_rebased − W_base‖ of all edited tensors: how far the stream had drifted
     */
    public record Result(Side stream, Side rebased, double distance) {
        /** Time of the rebase as a share of the time of editing. */
        public double share() {
            return rebased.seconds() / stream.seconds();
        }
    }

    /** ‖W − W_rebased‖ over ‖W_rebased − W_base‖, where W is what another editor makes of the same facts in one batch. */
    public double fromOneBatch(Editor other, List<LiveFact> facts, Result result) {
        EditSequence once = new EditSequence(other, true);
        once.write(facts);
        return relative(once.weights(), result.rebased().weights());
    }

    /** Of everything as a share of what the edits changed. */
    private double relative(Map<String, EditedTensor> one, Map<String, EditedTensor> rebased) {
        return distance(one, rebased) / distance(editor.baseWeights(), rebased);
    }

    /** Writes facts as a stream of batches of this size, then rebases. */
    public Result run(List<LiveFact> facts, int batchSize) {
        EditSequence sequence = new EditSequence(editor, true);
        for (int from = 0; from < facts.size(); from += batchSize) {
            sequence.write(facts.subList(from, Math.min(facts.size(), from + batchSize)));
        }
        Map<String, EditedTensor> streamed = sequence.weights();
        Side stream = side(sequence, facts, 0, 0);
        sequence.rebase();
        Side rebased = side(sequence, facts, stream.seconds(), stream.searches());
        return new Result(stream, rebased, relative(streamed, sequence.weights()));
    }

    private Side side(EditSequence sequence, List<LiveFact> facts, double secondsBefore, int searchesBefore) {
        LastingScorer.Asked asked = scorer.ask(sequence.weights(), List.of(facts));
        return new Side(
                sequence.weights(),
                asked.scores().get(0),
                asked.perplexity(),
                sequence.seconds() - secondsBefore,
                sequence.searches() - searchesBefore);
    }

    private static double distance(Map<String, EditedTensor> one, Map<String, EditedTensor> other) {
        double squares = 0;
        for (Map.Entry<String, EditedTensor> entry : one.entrySet()) {
            float[] a = entry.getValue().values();
            float[] b = other.get(entry.getKey()).values();
            for (int i = 0; i < a.length; i++) {
                double difference = (double) a[i] - b[i];
                squares += difference * difference;
            }
        }
        return Math.sqrt(squares);
    }
}
