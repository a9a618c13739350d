package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The positions that enter a block and those that leave it, and room for what attention gathers from the bundles. Blocks with the same
 * positions share one, since a step goes through them one after the other.
 *
 * <h2>Thread safety</h2> None.
 */
final class Stage {
    private final Heads shape;
    private final Packing entering;
    private final Packing leaving;
    private final List<NDArray> masks = new ArrayList<>();
    private final Optional<Pairs.Turn> turnEntering;
    private final Optional<Pairs.Turn> turnLeaving;
    private final NDArray mixed;
    private final NDArray gradients;
    private final NDArray queryGradients;
    private final List<NDList> gradientParts = new ArrayList<>();
    private final NDList mixedParts = new NDList();
    private final NDArray places;

    Stage(SelfAttention attention, Packing entering, Packing leaving, NDManager manager) {
        this.shape = attention.shape();
        this.entering = entering;
        this.leaving = leaving;
        boolean same = same();
        turnEntering = attention.turn(entering.positions(), manager);
        turnLeaving = same ? turnEntering : attention.turn(leaving.positions(), manager);
        places = manager.create(leaving.places());
        mixed = room(leaving.size(), shape.queries(), manager);
        gradients = room(entering.size(), same ? shape.all() : 2 * shape.keys(), manager);
        queryGradients = same ? gradients : room(leaving.size(), shape.queries(), manager);
        NDList ins = entering.parts(gradients, manager);
        NDList outs = leaving.parts(queryGradients, manager);
        NDList mixes = leaving.parts(mixed, manager);
        for (int b = 0; b < bundles().size(); b++) {
            Bundle bundle = bundles().get(b);
            masks.add(bundle.mask(leaving.from()[b], leaving.to()[b], entering.width(b), manager));
            mixedParts.add(shape.first(mixes.get(b), bundle.rows()));
            NDList parts = new NDList();
            if (same) {
                parts.addAll(shape.three(ins.get(b), bundle.rows()));
            } else {
                parts.add(shape.first(outs.get(b), bundle.rows()));
                parts.addAll(shape.two(ins.get(b), bundle.rows()));
            }
            gradientParts.add(parts);
        }
    }

    private NDArray room(int tokens, int heads, NDManager manager) {
        return manager.create(new Shape(tokens, heads, shape.size()), DataType.FLOAT32);
    }

    List<Bundle> bundles() {
        return entering.bundles();
    }

    Packing entering() {
        return entering;
    }

    Packing leaving() {
        return leaving;
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
            entering.addi(leaving);
            return;
        }
        try (NDManager inner = entering.getManager().newSubManager()) {
            NDList to = this.leaving.partsOfEnds(entering, inner);
            NDList parts = this.leaving.parts(leaving, inner);
            for (int b = 0; b < parts.size(); b++) {
                to.get(b).addi(parts.get(b).reshape(to.get(b).getShape()));
            }
        }
    }

    NDArray mask(int bundle) {
        return masks.get(bundle);
    }

    Optional<Pairs.Turn> turnEntering() {
        return turnEntering;
    }

    Optional<Pairs.Turn> turnLeaving() {
        return turnLeaving;
    }

    /** Room for what attention read, (leaving, query heads, head dim). */
    NDArray mixed() {
        return mixed;
    }

    /** A bundle's part of it, (rows, query heads, T, head dim). */
    NDArray mixed(int bundle) {
        return mixedParts.get(bundle);
    }

    /** Room for gradients in queries, keys and values, (entering, all heads, head dim), or in keys and values alone if fewer leave. */
    NDArray gradients() {
        return gradients;
    }

    /** Room for gradients in queries, (leaving, query heads, head dim); the same as {@link #gradients} if all leave. */
    NDArray queryGradients() {
        return queryGradients;
    }

    /** A bundle's part: in queries, keys and values, each (rows, heads, T, head dim). */
    NDList gradients(int bundle) {
        return gradientParts.get(bundle);
    }
}
