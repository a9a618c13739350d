package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * The first block above the change: only the changed positions enter, all positions that the change can reach leave.
 *
 * <h2>Thread safety</h2> None.
 */
final class FirstStage {
    private final Stage changed;
    private final Packing later;
    private final NDArray mixed;
    private final NDList mixedParts;
    private final NDArray base;
    private final NDArray ends;
    private final NDArray changedGradient;
    private final NDArray laterGradient;

    FirstStage(SelfAttention attention, List<Bundle> bundles, int width, NDManager manager) {
        Heads shape = attention.shape();
        Packing packing = Packing.changed(bundles);
        this.changed = new Stage(attention, packing, packing, manager);
        this.later = Packing.later(bundles);
        this.ends = room(Packing.ends(bundles).size(), width, manager);
        this.changedGradient = room(packing.size(), width, manager);
        this.laterGradient = room(later.size(), width, manager);
        this.mixed = manager.create(new Shape(later.size(), shape.queries(), shape.size()), DataType.FLOAT32);
        this.mixedParts = new NDList();
        NDList bases = new NDList();
        NDList parts = later.parts(mixed, manager);
        for (int b = 0; b < bundles.size(); b++) {
            mixedParts.add(later.width(b) == 0 ? parts.get(b) : shape.first(parts.get(b), bundles.get(b).rows()));
            bundles.get(b).later().ifPresent(known -> bases.add(Views.of(known.base(), manager).reshape(-1, width)));
        }
        this.base = bases.isEmpty() ? room(0, width, manager) : NDArrays.concat(bases);
        base.attach(manager);
    }

    private static NDArray room(int tokens, int width, NDManager manager) {
        return manager.create(new Shape(tokens, width), DataType.FLOAT32);
    }

    /** The stage of the changed positions. */
    Stage changed() {
        return changed;
    }

    /** The positions behind the changed ones. */
    Packing later() {
        return later;
    }

    /** Room for what attention read there, (later, query heads, head dim). */
    NDArray mixed() {
        return mixed;
    }

    /** A bundle's part of it, (rows, query heads, T, head dim). */
    NDArray mixed(int bundle) {
        return mixedParts.get(bundle);
    }

    /** What leaves there besides what attention read, (later, d). */
    NDArray base() {
        return base;
    }

    /**
     * Puts together what leaves.
     *
     * @param now of the changed positions, (changed, d)
     * @param then of later ones, (later, d)
     * @return (all, d), attached to the manager of {@code now}; valid until the next step
     */
    NDArray join(NDArray now, NDArray then) {
        copy(now, then, ends, true);
        return Views.of(ends, now.getManager());
    }

    /** Takes a gradient (all, d) apart again, into {@link #changedGradient} and {@link #laterGradient}. */
    void part(NDArray gradient) {
        copy(changedGradient, laterGradient, gradient, false);
    }

    NDArray changedGradient() {
        return changedGradient;
    }

    NDArray laterGradient() {
        return laterGradient;
    }

    private void copy(NDArray now, NDArray then, NDArray all, boolean joining) {
        try (NDManager inner = all.getManager().newSubManager()) {
            copy(changed.entering(), now, all, joining, inner);
            copy(later, then, all, joining, inner);
        }
    }

    private static void copy(Packing packing, NDArray some, NDArray all, boolean joining, NDManager inner) {
        NDList parts = packing.parts(some, inner);
        NDList places = packing.partsOfEnds(all, inner);
        for (int b = 0; b < parts.size(); b++) {
            if (packing.width(b) > 0) {
                NDArray part = parts.get(b).reshape(places.get(b).getShape());
                Views.write(joining ? places.get(b) : part, joining ? part : places.get(b));
            }
        }
    }
}
