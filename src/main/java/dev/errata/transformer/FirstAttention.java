package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * Attention of the first block above the change: at the changed positions as in any block, behind them as {@link Later} says.
 *
 * <h2>Thread safety</h2> None.
 */
final class FirstAttention {
    private final SteeredAttention steered;
    private final Affine output;

    FirstAttention(SelfAttention attention, NDManager manager) {
        this.steered = new SteeredAttention(attention, manager);
        // The bias is in what is known of later positions.
        this.output = attention.output().withoutBias();
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
        SteeredAttention.Looks looks = steered.look(normed, stage.changed());
        NDArray changed = steered.read(stage.changed(), manager);
        if (stage.later() == 0) {
            looks.tokens().close();
            return new Attended(changed, stage.base(), (now, then) -> {
                steered.lookBack(now, looks.kept(), stage.changed());
                return steered.back(stage.changed(), now.getManager());
            });
        }
        NDList later;
        try (NDArray tokens = looks.tokens()) {
            later = Kernels.tensors(
                    "attend_later", tokens, each(stage, Later::queries), each(stage, Later::others), each(stage, Later::mixture),
                    stage.starts(), stage.mixed());
        }
        NDArray read = output.apply(stage.mixed());
        read.attach(manager);
        return new Attended(changed, Kernels.add(read, stage.base()), (now, then) -> {
            steered.lookBack(now, looks.kept(), stage.changed());
            try (later; NDArray inMixed = output.back(then)) {
                Kernels.run(
                        "attend_later_back", inMixed, later, each(stage, Later::queries), stage.starts(), stage.changed().gradients());
            }
            return steered.back(stage.changed(), now.getManager());
        });
    }

    private static NDList each(FirstStage stage, Function<Later, NDArray> part) {
        NDList list = new NDList();
        stage.known().forEach(later -> list.add(part.apply(later)));
        return list;
    }
}
