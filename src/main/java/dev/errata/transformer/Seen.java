package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * What one block's attention sees of a bundle: earlier positions, which stay, and the bundle's own, which are written anew at each step.
 *
 * @param keys (rows, key heads, past + own, head dim)
 * @param values the same
 * @param past how many positions come first that stay
 */
record Seen(NDArray keys, NDArray values, int past) {

    /** Copies a past and makes room for {@code own} positions behind it. */
    static Seen of(Past past, int own, NDManager manager) {
        int before = (int) past.keys().getShape().get(2);
        return new Seen(room(past.keys(), own, manager), room(past.values(), own, manager), before);
    }

    private static NDArray room(NDArray past, int own, NDManager manager) {
        long[] shape = past.getShape().getShape();
        NDArray room = manager.create(new Shape(shape[0], shape[1], shape[2] + own, shape[3]), DataType.FLOAT32);
        try (NDArray first = Views.between(room, 2, 0, shape[2], manager)) {
            Views.write(first, past);
        }
        return room;
    }

    /** The same for some of the rows. */
    Seen rows(NDArray places, NDManager manager) {
        return new Seen(Views.rows(keys, places, manager), Views.rows(values, places, manager), past);
    }
}
