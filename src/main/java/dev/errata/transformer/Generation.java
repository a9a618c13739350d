package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Continues prompts token by token. Attention remembers what it has seen, so each step runs one position per row.
 *
 * <p>A text is not stopped at its end token: the reference does not either, and its scores count a fixed number of tokens.
 *
 * <h2>Thread safety</h2> One thread per call, because a {@link Choice} draws for the rows in order; calls may run side by side.
 */
public final class Generation {
    private final CausalLm model;
    private final Overlay overlay;

    /** Continues with these edits of the model. */
    public Generation(CausalLm model, Overlay overlay) {
        this.model = model;
        this.overlay = overlay;
    }

    /**
     * @param prompts token ids, at least one per prompt
     * @param tokens how many tokens each prompt is continued by
     * @param choice asked for each row in order, then for the next position
     * @return the new tokens of each prompt, without the prompt
     * @throws ErrataException {@link Failure#FACT_TOO_MANY_TOKENS} if the longest prompt and its continuation do not fit
     */
    public List<long[]> run(List<long[]> prompts, int tokens, Choice choice) {
        TokenRows rows = TokenRows.of(prompts, model.tokenizer().padId());
        int positions = model.config().positions();
        if (rows.width() + tokens > positions) {
            throw new ErrataException(
                    Failure.FACT_TOO_MANY_TOKENS,
                    "prompt and continuation: " + rows.width() + " + " + tokens + " tokens (expected: at most " + positions + ")");
        }
        long[][] written = new long[rows.rows()][tokens];
        Map<Integer, Past> past = new HashMap<>();
        try (NDManager all = model.manager().newSubManager()) {
            NDManager previous = all.newSubManager();
            for (int t = 0; t < tokens; t++) {
                NDManager step = all.newSubManager();
                NDArray logits = t == 0 ? prompt(rows, step, past) : token(rows, written, t, step, past);
                previous.close();
                previous = step;
                choose(logits, choice, written, t);
            }
        }
        return List.of(written);
    }

    private NDArray prompt(TokenRows rows, NDManager m, Map<Integer, Past> past) {
        NDArray hidden = blocks(model.embed(rows, m), model.attention(rows, m), past);
        return model.head(States.at(hidden, rows.last()));
    }

    /** Runs the tokens written at step {@code t - 1}; the pasts in {@code past} give way to longer ones. */
    private NDArray token(TokenRows rows, long[][] written, int t, NDManager m, Map<Integer, Past> past) {
        long[] ids = Arrays.stream(written).mapToLong(row -> row[t - 1]).toArray();
        long[] at = IntStream.range(0, rows.rows()).mapToLong(row -> rows.length(row) + t - 1L).toArray();
        Shape shape = new Shape(rows.rows(), 1);
        NDArray positions = m.create(at, shape);
        Attention attention = model.attention(positions, Masks.behind(rows, t, m), past);
        NDArray hidden = blocks(model.embed(m.create(ids, shape), positions), attention, past);
        return model.head(hidden.reshape(rows.rows(), model.config().width()));
    }

    private NDArray blocks(NDArray hidden, Attention attention, Map<Integer, Past> past) {
        return model.blocks(0, model.config().blocks(), hidden, attention, overlay, Tap.pasts(past::put));
    }

    private static void choose(NDArray logits, Choice choice, long[][] written, int t) {
        float[] values = logits.toFloatArray();
        int vocabulary = values.length / written.length;
        for (int row = 0; row < written.length; row++) {
            written[row][t] = choice.next(Arrays.copyOfRange(values, row * vocabulary, (row + 1) * vocabulary));
        }
    }
}
