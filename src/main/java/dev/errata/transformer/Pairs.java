package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * Which coordinates of a head are turned together, and turning them where they lie. Without a copy, and so without a gradient: the way
 * back is turning the other way.
 *
 * @param count how many pairs; the coordinates behind them are not turned
 * @param neighbours whether partners are neighbours, or lie {@code count} apart
 */
record Pairs(int count, boolean neighbours) {
    int first(int pair) {
        return neighbours ? 2 * pair : pair;
    }

    int second(int pair) {
        return neighbours ? 2 * pair + 1 : pair + count;
    }

    /**
     * What turning at some positions needs.
     *
     * @param angles of all coordinates, (1, n, 1, head dim)
     */
    Turn turn(Rotary.Angles angles, NDManager manager) {
        try (NDManager inner = manager.newSubManager()) {
            NDArray cos = ofPairs(angles.cos(), inner);
            NDArray sin = ofPairs(angles.sin(), inner);
            if (!neighbours) {
                NDArray minus = sin.neg();
                for (NDArray kept : new NDArray[] {cos, sin, minus}) {
                    kept.attach(manager);
                }
                return new Turn(this, cos, sin, minus);
            }
            NDArray there = NDArrays.stack(new NDList(cos, sin), -1).complex();
            NDArray back = NDArrays.stack(new NDList(cos, sin.neg()), -1).complex();
            there.attach(manager);
            back.attach(manager);
            return new Turn(this, there, back, null);
        }
    }

    /** One value for each pair, (n, 1, pairs). */
    private NDArray ofPairs(NDArray each, NDManager manager) {
        NDArray squeezed = each.squeeze(0);
        squeezed.attach(manager);
        NDArray turned = Views.between(squeezed, 2, 0, 2L * count, manager);
        if (!neighbours) {
            return Views.between(turned, 2, 0, count, manager).duplicate();
        }
        long n = turned.getShape().get(0);
        return turned.reshape(n, 1, count, 2).split(2, 3).get(0).squeeze(3).duplicate();
    }

    /**
     * Angles of n positions.
     *
     * @param a where partners are neighbours, complex {@code cos + i sin}, (n, 1, pairs); else cosines, (n, 1, pairs)
     * @param b its conjugate, for the way back; else sines
     * @param c nothing; else sines of the opposite angles, for the way back
     */
    record Turn(Pairs pairs, NDArray a, NDArray b, NDArray c) {

        /**
         * Turns where they lie.
         *
         * @param tokens (n, all heads · size)
         * @param heads the first heads, that are turned
         * @param size of a head
         */
        void there(NDArray tokens, int heads, int size) {
            turn(tokens, heads, size, false);
        }

        /** Undoes {@link #there}, and so brings a gradient back through it. */
        void back(NDArray tokens, int heads, int size) {
            turn(tokens, heads, size, true);
        }

        private void turn(NDArray tokens, int heads, int size, boolean back) {
            if (pairs.neighbours) {
                Kernels.run("turn_neighbours", tokens, heads, size, back ? b : a);
            } else {
                Kernels.run("turn_halves", tokens, heads, size, a, back ? c : b);
            }
        }
    }
}
