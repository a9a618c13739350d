package dev.errata.experiment;

import dev.errata.memit.HyperParameters;
import dev.errata.transformer.ModelConfig;
import java.util.Set;

/**
 * How many floating-point operations a target search needs, by what depends on δ and is read (lean-targets: blocks above L, positions
 * from the subject's last token on, scored positions of the last block only, and the way back once for each product).
 *
 * <p>What is counted is what is needed, not what is done: padding, recomputation and the head at positions that nobody scores do not
 * make a search look more efficient. A product of (m, k) and (k, n) is 2·m·k·n; norms, softmax and activations are left out.
 *
 * <h2>Thread safety</h2> Immutable.
 */
final class LeanFlops {
    private static final Set<String> PARALLEL = Set.of("gptj", "gpt_neox");
    private static final Set<String> GATED = Set.of("llama", "mistral", "qwen2");

    private final ModelConfig config;
    private final HyperParameters parameters;
    private final double query;
    private final double keyValue;
    private final double output;
    private final double mlp;
    private final boolean parallel;

    LeanFlops(ModelConfig config, HyperParameters parameters) {
        this.config = config;
        this.parameters = parameters;
        double heads = (double) config.heads() * config.headDim();
        this.query = 2.0 * config.width() * heads;
        this.keyValue = 2.0 * 2 * config.width() * config.keyHeads() * config.headDim();
        this.output = query;
        this.mlp = 2.0 * config.width() * config.keyWidth() * (GATED.contains(config.modelType()) ? 3 : 2);
        this.parallel = PARALLEL.contains(config.modelType());
    }

    /**
     * One row of a fact.
     *
     * @param before tokens before the subject's last one
     * @param length tokens from it on
     * @param scored how many of the last of them are scored, at most {@code length}
     */
    record Row(int before, int length, int scored) {}

    /** A fact's search: its six prompts and its essence row, so many forward passes, and one fewer back. */
    double fact(ReferenceRows rows, double forwards) {
        double forward = 0;
        double back = 0;
        int scored = parameters.scoredLayer() + 1;
        for (int row = 0; row < rows.rows().rows(); row++) {
            int before = rows.subjects()[row];
            boolean essence = row == rows.rows().rows() - 1;
            Row shape = new Row(before, essence ? 1 : rows.rows().length(row) - before, essence ? 1 : rows.object().length);
            forward += forward(shape, essence ? config.blocks() : scored);
            back += back(shape, essence ? config.blocks() : scored);
        }
        return forward * forwards + back * (forwards - 1);
    }

    /** A forward pass of one row through blocks L + 1 to {@code to - 1} and the head. */
    double forward(Row row, int to) {
        double flops = head(row);
        for (int block = parameters.lastLayer() + 1; block < to; block++) {
            flops += products(row, block, to) + attention(row, block, to);
        }
        return flops;
    }

    /** The way back from the loss to δ: one product for each weight, two for each of attention's, where an operand has a gradient. */
    double back(Row row, int to) {
        double flops = head(row);
        for (int block = parameters.lastLayer() + 1; block < to; block++) {
            flops += products(row, block, to) + attentionBack(row, block, to);
        }
        return flops;
    }

    private double head(Row row) {
        return 2.0 * config.width() * config.vocabulary() * row.scored();
    }

    private double products(Row row, int block, int to) {
        boolean first = block == parameters.lastLayer() + 1;
        boolean last = block == to - 1;
        int read = last ? row.scored() : row.length();
        // Before block L + 1 only position 0 differs from step to step.
        int changed = first ? 1 : row.length();
        int changedAndRead = first ? (read == row.length() ? 1 : 0) : read;
        return keyValue * changed + query * changedAndRead + output * read + mlp * (parallel ? changedAndRead : read);
    }

    /** Scores against every key, and the sum of every value; in block L + 1 only the score with position 0 is new at later positions. */
    private double attention(Row row, int block, int to) {
        boolean first = block == parameters.lastLayer() + 1;
        double flops = 0;
        for (int position = from(row, block, to); position < row.length(); position++) {
            int seen = row.before() + position + 1;
            flops += first && position > 0 ? 1 + seen : 2 * seen;
        }
        return query / config.width() * flops;
    }

    /** Earlier positions are constants: they take a part in what flows back to queries, and get nothing themselves. */
    private double attentionBack(Row row, int block, int to) {
        boolean first = block == parameters.lastLayer() + 1;
        double flops = 0;
        for (int position = from(row, block, to); position < row.length(); position++) {
            int seen = row.before() + position + 1;
            int keys = first ? 1 : position + 1;
            flops += seen + keys + (first && position > 0 ? 0 : seen) + keys;
        }
        return query / config.width() * flops;
    }

    private static int from(Row row, int block, int to) {
        return block == to - 1 ? row.length() - row.scored() : 0;
    }
}
