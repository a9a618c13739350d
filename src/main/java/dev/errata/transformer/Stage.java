package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;

/**
 * The positions that enter a block and those that leave it, and room for what attention gathers from the bundles. Blocks with the same
 * positions share one, since a step goes through them one after the other.
 *
 * <h2>Thread safety</h2> None.
 */
final class Stage {
    private final Packing entering;
    private final Packing leaving;
    private final NDList masks = new NDList();
    private final Optional<Pairs.Turn> turnEntering;
    private final Optional<Pairs.Turn> turnLeaving;
    private final NDArray mixed;
    private final NDArray gradients;
    private final NDArray queryGradients;
    private final NDArray places;

    Stage(SelfAttention attention, Packing entering, Packing leaving, NDManager manager) {
        Heads shape = attention.shape();
        this.entering = entering;
        this.leaving = leaving;
        boolean same = same();
        turnEntering = attention.turn(entering.positions(), manager);
        turnLeaving = same ? turnEntering : attention.turn(leaving.positions(), manager);
        places = manager.create(leaving.places());
        mixed = room(leaving.size(), shape.queries() * shape.size(), manager);
        gradients = room(entering.size(), (same ? shape.all() : 2 * shape.keys()) * shape.size(), manager);
        queryGradients = same ? gradients : room(leaving.size(), shape.queries() * shape.size(), manager);
        for (int b = 0; b < bundles().size(); b++) {
            masks.add(bundles().get(b).mask(leaving.from()[b], leaving.to()[b], entering.width(b), manager));
        }
    }

    private static NDArray room(int tokens, int features, NDManager manager) {
        return manager.create(new Shape(tokens, features), DataType.FLOAT32);
    }

    List<Bundle> bundles() {
        return entering.bundles();
    }

    Packing entering() {
        return entering;
    }

    /** Whether what enters leaves. */
    boolean same() {
        return entering.size() == leaving.size();
    }

    /** The leaving ones of what enters, (entering, features), attached to the same manager; the same array if all leave. */
    NDArray leaving(NDArray entering) {
        if (same()) {
            return entering;
        }
        NDArray some = new Table(entering).at(places);
        some.attach(entering.getManager());
        return some;
    }

    /** Adds to the leaving ones of what enters, in place. */
    void add(NDArray entering, NDArray leaving) {
        if (same()) {
            Kernels.add(entering, leaving);
        } else {
            Kernels.run("add_leaving", entering, leaving, shape());
        }
    }

    /** By bundle: rows, positions that enter and the last ones of them that leave. */
    private long[] shape() {
        long[] shape = new long[3 * bundles().size()];
        for (int b = 0; b < bundles().size(); b++) {
            shape[3 * b] = bundles().get(b).rows();
            shape[3 * b + 1] = entering.width(b);
            shape[3 * b + 2] = leaving.width(b);
        }
        return shape;
    }

    /** By bundle: positions that leave, and those that enter. */
    long[] widths() {
        long[] widths = new long[2 * bundles().size()];
        for (int b = 0; b < bundles().size(); b++) {
            widths[2 * b] = leaving.width(b);
            widths[2 * b + 1] = entering.width(b);
        }
        return widths;
    }

    /** What is added to scores, by bundle (rows, 1, leaving, past + own). */
    NDList masks() {
        return masks;
    }

    /** What attention sees of each bundle in a block, keys (rows, key heads, past + own, head dim). */
    NDList keys(int block) {
        NDList keys = new NDList();
        bundles().forEach(bundle -> keys.add(bundle.seen(block).keys()));
        return keys;
    }

    /** The same of values. */
    NDList values(int block) {
        NDList values = new NDList();
        bundles().forEach(bundle -> values.add(bundle.seen(block).values()));
        return values;
    }

    Optional<Pairs.Turn> turnEntering() {
        return turnEntering;
    }

    Optional<Pairs.Turn> turnLeaving() {
        return turnLeaving;
    }

    /** Room for what attention read, (leaving, query heads · head dim). */
    NDArray mixed() {
        return mixed;
    }

    /** Room for gradients in queries, keys and values, (entering, all heads · head dim), or in keys and values alone if fewer leave. */
    NDArray gradients() {
        return gradients;
    }

    /** Room for gradients in queries, (leaving, query heads · head dim); the same as {@link #gradients} if all leave. */
    NDArray queryGradients() {
        return queryGradients;
    }
}
