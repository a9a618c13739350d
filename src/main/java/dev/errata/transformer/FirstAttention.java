package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * Attention of the first block above the change: at the changed positions as in any block, behind them as {@link Later} says.
 *
 * <h2>Thread safety</h2> None.
 */
final class FirstAttention {
    private final SelfAttention attention;
    private final SteeredAttention steered;
    private final Affine output;

    FirstAttention(SelfAttention attention, NDManager manager) {
        this.attention = attention;
        this.steered = new SteeredAttention(attention, manager);
        // The bias is in what is known of later positions.
        this.output = new Affine(attention.output().weight(), null);
    }

    /**
     * @param changed what attention adds at the changed positions, (changed, d)
     * @param later what leaves the block at later ones, but for the MLP if it comes after attention, (later, d)
     * @param back from the gradients in both to that in what entered
     */
    record Attended(NDArray changed, NDArray later, BinaryOperator<NDArray> back) {}

    /** @param normed (changed, d) */
    Attended traced(NDArray normed, FirstStage stage) {
        NDManager manager = normed.getManager();
        Heads shape = attention.shape();
        List<Look> looks = new ArrayList<>();
        List<LaterLook> laters = new ArrayList<>();
        List<Bundle> bundles = stage.changed().bundles();
        try (NDManager inner = manager.newSubManager()) {
            List<NDList> heads = steered.together(Views.of(normed, inner), stage.changed());
            for (int b = 0; b < bundles.size(); b++) {
                NDList three = heads.get(b);
                looks.add(Look.at(shape, three, bundles.get(b).seen(attention.block()), stage.changed().mask(b), stage.changed().mixed(b), manager));
                laters.add(bundles.get(b).later().isEmpty()
                        ? null
                        : LaterLook.at(shape, bundles.get(b).later().get(), three.get(1), three.get(2), stage.mixed(bundles.indexOf(bundles.get(b))), manager));
            }
        }
        NDArray later = stage.base();
        if (stage.later().size() > 0) {
            later = output.apply(stage.mixed().reshape(stage.later().size(), -1)).addi(stage.base());
            later.attach(manager);
        }
        return new Attended(steered.read(stage.changed(), manager), later, (now, then) -> back(now, then, looks, laters, stage));
    }

    private NDArray back(NDArray now, NDArray then, List<Look> looks, List<LaterLook> laters, FirstStage stage) {
        Heads shape = attention.shape();
        try (NDManager inner = now.getManager().newSubManager()) {
            if (stage.later().size() == 0) {
                return steered.back(now, looks, stage.changed(), SteeredAttention.Addition.NONE).entering();
            }
            NDArray read = output.back(then);
            read.attach(inner);
            NDList parts = stage.later().parts(shape.split(read), inner);
            return steered.back(now, looks, stage.changed(), (bundle, gradients) -> {
                if (laters.get(bundle) != null) {
                    int rows = stage.changed().bundles().get(bundle).rows();
                    laters.get(bundle).back(shape.first(parts.get(bundle), rows), gradients);
                }
            }).entering();
        }
    }
}
