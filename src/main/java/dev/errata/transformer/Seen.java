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
 * @param keysAcross keys as (rows, key heads, head dim, past + own), a view
 * @param valuesAcross the same of values
 * @param past how many positions come first that stay
 * @param ownKeys the others, a view
 * @param ownValues the others, a view
 */
record Seen(
        NDArray keys,
        NDArray values,
        NDArray keysAcross,
        NDArray valuesAcross,
        int past,
        NDArray ownKeys,
        NDArray ownValues) {

    /** Copies a past and makes room for {@code own} positions behind it. */
    static Seen of(Past past, int own, NDManager manager) {
        int before = (int) past.keys().getShape().get(2);
        return of(room(past.keys(), own, manager), room(past.values(), own, manager), before, manager);
    }

    private static Seen of(NDArray keys, NDArray values, int past, NDManager manager) {
        long all = keys.getShape().get(2);
        return new Seen(
                keys,
                values,
                keys.swapAxes(2, 3),
                values.swapAxes(2, 3),
                past,
                Views.between(keys, 2, past, all, manager),
                Views.between(values, 2, past, all, manager));
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
        return of(Views.rows(keys, places, manager), Views.rows(values, places, manager), past, manager);
    }
}
