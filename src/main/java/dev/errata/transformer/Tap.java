package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Hears what passes inside a block: keys, and, if it asks for it, what attention remembers.
 *
 * <p>Whatever it is given attaches to the manager of the block's input and is the tap's: close it early, or let it go with that manager.
 * What a tap does not ask for costs nothing.
 */
@FunctionalInterface
public interface Tap {
    /** Hears nothing. */
    Tap NONE = only(Set.of(), (block, key) -> {});

    /**
     * The input of the MLP's second matrix.
     *
     * @param key (rows, T, d_k)
     */
    void key(int block, NDArray key);

    /** Whether {@link #key} is called for this block. */
    default boolean hears(int block) {
        return true;
    }

    /** Attention's keys and values of all positions up to these; only called where {@link #hearsPast} says so. */
    default void past(int block, Past past) {}

    /** Whether {@link #past} is called for this block. */
    default boolean hearsPast(int block) {
        return false;
    }

    /** Hears the keys of these blocks alone. */
    static Tap only(Set<Integer> blocks, BiConsumer<Integer, NDArray> keys) {
        Set<Integer> heard = Set.copyOf(blocks);
        return new Tap() {
            @Override
            public void key(int block, NDArray key) {
                keys.accept(block, key);
            }

            @Override
            public boolean hears(int block) {
                return heard.contains(block);
            }
        };
    }

    /** Hears what attention remembers in every block, and no keys. */
    static Tap pasts(BiConsumer<Integer, Past> pasts) {
        return new Tap() {
            @Override
            public void key(int block, NDArray key) {
                key.close();
            }

            @Override
            public boolean hears(int block) {
                return false;
            }

            @Override
            public void past(int block, Past past) {
                pasts.accept(block, past);
            }

            @Override
            public boolean hearsPast(int block) {
                return true;
            }
        };
    }
}
