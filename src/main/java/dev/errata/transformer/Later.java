package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * What the first block above the change computes at the positions behind it, as far as it does not depend on the change.
 *
 * <p>There the block's input is known, so queries are, and keys and values of all positions but the changed one. Attention shares its
 * weight between that one and all others, whose mixture is fixed: with s the score of the changed position and e the logarithm of the
 * others' summed exponentials, the changed one's share is {@code p = σ(s − e)}, and the head gives {@code c + p (v − c)}.
 *
 * @param queries times the scale of scores, (rows, key heads, group·later, head dim)
 * @param others e, (rows, key heads, group·later, 1)
 * @param mixture c, (rows, key heads, group·later, head dim)
 * @param base the block's output if p were 0, (rows, later, d)
 */
record Later(NDArray queries, NDArray others, NDArray mixture, NDArray base) {

    /** The same for some of the rows. */
    Later rows(NDArray places, NDManager manager) {
        return new Later(
                Views.rows(queries, places, manager),
                Views.rows(others, places, manager),
                Views.rows(mixture, places, manager),
                Views.rows(base, places, manager));
    }
}
