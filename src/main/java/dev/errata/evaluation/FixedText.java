package dev.errata.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.TokenRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text that no fact speaks of: perplexity on it, and how far its next-token distributions moved, tell what an edit cost the rest of
 * the model.
 *
 * <p>The text's lines are joined by the end-of-text token and cut into windows as long as the model's positions, at most {@value
 * #WINDOW}; each window predicts its own next tokens.
 *
 * <h2>Thread safety</h2> Safe.
 */
public final class FixedText {
    private static final int WINDOW = 256;

    private final CausalLm model;
    private final List<long[]> windows;
    private final int tokens;
    private final double basePerplexity;

    private FixedText(CausalLm model, List<long[]> windows) {
        this.model = model;
        this.windows = windows;
        this.tokens = windows.stream().mapToInt(window -> window.length - 1).sum();
        this.basePerplexity = measure(Overlay.NONE, false).perplexity();
    }

    /**
     * Reads the first tokens of a text and measures the base model on them.
     *
     * @param max how many tokens are predicted at most
     * @throws ErrataException {@link Failure#SETTING_INVALID} for a file that cannot be read or has fewer than two tokens
     */
    public static FixedText read(CausalLm model, Path file, int max) {
        List<Long> ids = new ArrayList<>();
        try (var lines = Files.lines(file)) {
            var line = lines.iterator();
            while (line.hasNext() && ids.size() <= max) {
                for (long id : model.tokenizer().continuation(line.next())) {
                    ids.add(id);
                }
                ids.add(model.tokenizer().eosId());
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ErrataException(
                    Failure.SETTING_INVALID,
                    "evaluation text: " + file + " cannot be read: " + e.getMessage() + " (expected: UTF-8 text)",
                    e);
        }
        long[] all = ids.stream().limit(max + 1L).mapToLong(Long::longValue).toArray();
        if (all.length < 2) {
            throw new ErrataException(
                    Failure.SETTING_INVALID,
                    "evaluation text: " + file + ": " + all.length + " tokens of at most " + max + " + 1 (expected: at least 2)");
        }
        int width = Math.min(WINDOW, model.config().positions());
        List<long[]> windows = new ArrayList<>();
        for (int from = 0; from < all.length - 1; from += width) {
            windows.add(Arrays.copyOfRange(all, from, Math.min(from + width + 1, all.length)));
        }
        return new FixedText(model, windows);
    }

    /** Perplexity of the base model on the text. */
    public double basePerplexity() {
        return basePerplexity;
    }

    /** Measures a version. A perplexity that is not a number, because the weights are broken, is given as {@link Double#MAX_VALUE}. */
    public Drift drift(Overlay overlay) {
        return measure(overlay, true);
    }

    private Drift measure(Overlay overlay, boolean withKl) {
        double nll = 0;
        double kl = 0;
        for (long[] window : windows) {
            try (NDManager step = model.manager().newSubManager()) {
                int length = window.length - 1;
                TokenRows rows = TokenRows.of(Arrays.copyOf(window, length));
                NDArray logProbs = logProbs(rows, overlay, step, length);
                NDArray next = step.create(Arrays.copyOfRange(window, 1, window.length)).reshape(length, 1);
                nll -= sum(logProbs.gather(next, 1));
                if (withKl) {
                    NDArray base = logProbs(rows, Overlay.NONE, step, length);
                    kl += sum(base.exp().mul(base.sub(logProbs)).sum(new int[] {1}));
                }
            }
        }
        double perplexity = Math.exp(nll / tokens);
        double finite = Double.isFinite(perplexity) ? perplexity : Double.MAX_VALUE;
        double meanKl = Double.isFinite(kl) ? kl / tokens : Double.MAX_VALUE;
        return new Drift(finite, withKl ? basePerplexity : finite, meanKl, tokens);
    }

    private NDArray logProbs(TokenRows rows, Overlay overlay, NDManager step, int length) {
        return model.logits(rows, overlay, step).reshape(length, model.config().vocabulary()).logSoftmax(-1);
    }

    /** In fp64, so that the sum does not depend on how the engine splits it. */
    private static double sum(NDArray values) {
        double sum = 0;
        for (float value : values.toFloatArray()) {
            sum += value;
        }
        return sum;
    }
}
