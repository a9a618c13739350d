package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The first block above the change: only the changed positions enter, all positions that the change can reach leave.
 *
 * <h2>Thread safety</h2> None.
 */
final class FirstStage {
    private final Stage changed;
    private final Packing later;
    private final List<Later> known = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();
    private final NDArray mixed;
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
        this.mixed = room(later.size(), shape.queries() * shape.size(), manager);
        NDList bases = new NDList();
        int start = 0;
        for (Bundle bundle : bundles) {
            if (bundle.later().isPresent()) {
                known.add(bundle.later().get());
                starts.add(start);
                bases.add(Views.of(bundle.later().get().base(), manager).reshape(-1, width));
            }
            start += bundle.rows();
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

    /** Positions behind the changed ones. */
    int later() {
        return later.size();
    }

    /** What is known of them, for bundles that have any. */
    List<Later> known() {
        return known;
    }

    /** The first changed position of each of these bundles. */
    long[] starts() {
        return starts.stream().mapToLong(Integer::longValue).toArray();
    }

    /** Room for what attention read there, (later, query heads · head dim). */
    NDArray mixed() {
        return mixed;
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
        Kernels.run("join", now, then, ends, shape(), true);
        return Views.of(ends, now.getManager());
    }

    /** Takes a gradient (all, d) apart again, into {@link #changedGradient} and {@link #laterGradient}. */
    void part(NDArray gradient) {
        Kernels.run("join", changedGradient, laterGradient, gradient, shape(), false);
    }

    /** By bundle: rows and positions. */
    private long[] shape() {
        List<Bundle> bundles = changed.bundles();
        long[] shape = new long[2 * bundles.size()];
        for (int b = 0; b < bundles.size(); b++) {
            shape[2 * b] = bundles.get(b).rows();
            shape[2 * b + 1] = bundles.get(b).length();
        }
        return shape;
    }

    NDArray changedGradient() {
        return changedGradient;
    }

    NDArray laterGradient() {
        return laterGradient;
    }
}
