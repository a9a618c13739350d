package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.Optional;

/**
 * What every block of one forward pass needs to know of positions: who may look at whom, by what angles heads are turned, and what is
 * already known of earlier positions. Made once per batch by {@link CausalLm#attention}.
 *
 * <h2>Thread safety</h2> Immutable; its arrays live as long as the manager they were made in.
 */
public final class Attention {
    /** What is added to the score of a position that may not be looked at: its softmax is exactly 0. */
    public static final float CLOSED = -1e9f;

    private final NDArray mask;
    private final Optional<Rotary.Angles> angles;
    private final Map<Integer, Past> past;

    Attention(NDArray mask, Optional<Rotary.Angles> angles, Map<Integer, Past> past) {
        this.mask = mask;
        this.angles = angles;
        this.past = Map.copyOf(past);
    }

    /** Added to attention scores: 0 where a position may look, {@link #CLOSED} where not; (rows or 1, 1, T, past + T). */
    public NDArray mask() {
        return mask;
    }

    /** The same for the last position alone, (rows or 1, 1, 1, past + T), a view attached to a manager. */
    NDArray maskOfTheLast(NDManager manager) {
        long positions = mask.getShape().get(2);
        return Views.between(mask, 2, positions - 1, positions, manager);
    }

    /** What a block already knows of earlier positions. */
    public Optional<Past> past(int block) {
        return Optional.ofNullable(past.get(block));
    }

    /** Empty where positions are not rotary. */
    Optional<Rotary.Angles> angles() {
        return angles;
    }
}
