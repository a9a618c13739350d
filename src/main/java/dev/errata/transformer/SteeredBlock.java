package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;

/**
 * One block over bundles, and the way back.
 *
 * <h2>Thread safety</h2> None.
 */
sealed interface SteeredBlock {

    /**
     * @param x the residual stream of what enters, (entering, d)
     * @return of what leaves, (leaving, d)
     */
    Traced traced(NDArray x, Stage stage);

    /**
     * As the first block above the change.
     *
     * @param x the residual stream at the changed positions, (changed, d)
     * @return of all positions that the change can reach, (all, d)
     */
    Traced first(NDArray x, FirstStage stage);

    /** @param manager of views of the weights */
    static SteeredBlock of(Block block, Overlay overlay, NDManager manager) {
        if (block instanceof Block.Parallel parallel) {
            return new SteeredParallel(
                    parallel.norm(),
                    new SteeredAttention(parallel.attention(), manager),
                    new FirstAttention(parallel.attention(), manager),
                    parallel.mlpNorm(),
                    parallel.mlp(),
                    overlay);
        }
        Block.Sequential sequential = (Block.Sequential) block;
        return new SteeredSequential(
                sequential.norm(),
                new SteeredAttention(sequential.attention(), manager),
                new FirstAttention(sequential.attention(), manager),
                sequential.mlpNorm(),
                sequential.mlp(),
                overlay);
    }

    /** {@link Block.Parallel}. */
    record SteeredParallel(
            Norm norm, SteeredAttention attention, FirstAttention first, Optional<Norm> mlpNorm, Mlp mlp, Overlay overlay)
            implements SteeredBlock {
        @Override
        public Traced traced(NDArray x, Stage stage) {
            Traced normed = norm.traced(x);
            NDArray asking = stage.leaving(normed.value());
            NDArray kept = stage.leaving(x);
            SteeredAttention.Attended attended = attention.traced(normed.value(), asking, stage);
            Traced recalled = recalled(kept, asking);
            asking.close();
            normed.value().close();
            NDArray value = Kernels.add(attended.value(), recalled.value(), kept);
            recalled.value().close();
            return new Traced(value, gradient -> {
                SteeredAttention.Gradients in = attended.back().apply(gradient);
                try (NDArray inNormed = in.entering();
                        NDArray inAsking = in.leaving();
                        NDArray inMlp = recalled.back().apply(gradient)) {
                    if (inAsking != null) {
                        stage.add(inNormed, inAsking);
                    }
                    if (mlpNorm.isEmpty()) {
                        stage.add(inNormed, inMlp);
                    }
                    NDArray inX = normed.back().apply(inNormed);
                    if (mlpNorm.isPresent()) {
                        stage.add(inX, inMlp);
                    }
                    stage.add(inX, gradient);
                    return inX;
                }
            });
        }

        @Override
        public Traced first(NDArray x, FirstStage stage) {
            Traced normed = norm.traced(x);
            FirstAttention.Attended attended = first.traced(normed.value(), stage);
            Traced recalled = recalled(x, normed.value());
            normed.value().close();
            NDArray changed = Kernels.add(attended.changed(), recalled.value(), x);
            recalled.value().close();
            return new Traced(stage.join(changed, attended.later()), gradient -> {
                stage.part(gradient);
                NDArray now = Views.of(stage.changedGradient(), gradient.getManager());
                NDArray inNormed = attended.back().apply(now, stage.laterGradient());
                NDArray inMlp = recalled.back().apply(now);
                if (mlpNorm.isPresent()) {
                    return Kernels.add(normed.back().apply(inNormed), inMlp, now);
                }
                return Kernels.add(normed.back().apply(Kernels.add(inNormed, inMlp)), now);
            });
        }

        /** The MLP behind its norm, where it has its own, to where that norm reads. */
        private Traced recalled(NDArray x, NDArray normed) {
            if (mlpNorm.isEmpty()) {
                return mlp.traced(normed, overlay);
            }
            return behind(mlpNorm.get().traced(x), mlp, overlay);
        }
    }

    /** {@link Block.Sequential}. */
    record SteeredSequential(Norm norm, SteeredAttention attention, FirstAttention first, Norm mlpNorm, Mlp mlp, Overlay overlay)
            implements SteeredBlock {
        @Override
        public Traced traced(NDArray x, Stage stage) {
            Traced normed = norm.traced(x);
            NDArray asking = stage.leaving(normed.value());
            SteeredAttention.Attended attended = attention.traced(normed.value(), asking, stage);
            asking.close();
            normed.value().close();
            NDArray between = Kernels.add(attended.value(), stage.leaving(x));
            Traced recalled = behind(mlpNorm.traced(between), mlp, overlay);
            return new Traced(Kernels.add(recalled.value(), between), gradient -> {
                NDArray inBetween = Kernels.add(recalled.back().apply(gradient), gradient);
                SteeredAttention.Gradients in = attended.back().apply(inBetween);
                try (inBetween; NDArray inNormed = in.entering(); NDArray inAsking = in.leaving()) {
                    if (inAsking != null) {
                        stage.add(inNormed, inAsking);
                    }
                    NDArray inX = normed.back().apply(inNormed);
                    stage.add(inX, inBetween);
                    return inX;
                }
            });
        }

        @Override
        public Traced first(NDArray x, FirstStage stage) {
            Traced normed = norm.traced(x);
            FirstAttention.Attended attended = first.traced(normed.value(), stage);
            normed.value().close();
            NDArray between = stage.join(Kernels.add(attended.changed(), x), attended.later());
            Traced recalled = behind(mlpNorm.traced(between), mlp, overlay);
            return new Traced(Kernels.add(recalled.value(), between), gradient -> {
                try (NDArray inBetween = Kernels.add(recalled.back().apply(gradient), gradient)) {
                    stage.part(inBetween);
                }
                NDArray now = Views.of(stage.changedGradient(), gradient.getManager());
                return Kernels.add(normed.back().apply(attended.back().apply(now, stage.laterGradient())), now);
            });
        }
    }

    /** An MLP behind a norm. */
    private static Traced behind(Traced normed, Mlp mlp, Overlay overlay) {
        Traced recalled = mlp.traced(normed.value(), overlay);
        normed.value().close();
        return new Traced(recalled.value(), gradient -> {
            try (NDArray inNormed = recalled.back().apply(gradient)) {
                return normed.back().apply(inNormed);
            }
        });
    }
}
