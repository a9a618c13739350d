package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

/** Parts of arrays that share their memory, and writing into them. */
final class Views {
    private static final NDIndex ALL = new NDIndex(":");

    private Views() {}

    /** The whole array again, attached to a manager. */
    static NDArray of(NDArray array, NDManager manager) {
        NDArray view = array.reshape(array.getShape());
        view.attach(manager);
        return view;
    }

    /** The entries from {@code from} to before {@code to} of one axis, attached to a manager. */
    static NDArray between(NDArray array, int axis, long from, long to, NDManager manager) {
        NDList parts = array.split(new long[] {from, to}, axis);
        NDArray view = parts.get(1);
        view.attach(manager);
        parts.get(0).close();
        parts.get(2).close();
        return view;
    }

    /** The last position of (rows, T, features), as (rows, 1, features), attached to a manager. */
    static NDArray last(NDArray array, NDManager manager) {
        long positions = array.getShape().get(1);
        return positions == 1 ? of(array, manager) : between(array, 1, positions - 1, positions, manager);
    }

    /** Copies of some rows, attached to a manager. */
    static NDArray rows(NDArray array, NDArray places, NDManager manager) {
        NDArray rows = array.get(places);
        rows.attach(manager);
        return rows;
    }

    /** Writes values of the same shape into an array, which may be a view. */
    static void write(NDArray to, NDArray values) {
        to.set(ALL, values);
    }
}
