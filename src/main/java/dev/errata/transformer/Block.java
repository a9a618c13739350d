package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/** One transformer block: how norms, attention and MLP add to the residual stream. */
sealed interface Block {

    /**
     * @param hidden the residual stream, (rows, T, d)
     * @return the residual stream after this block, (rows, T, d), attached to the manager of {@code hidden}
     */
    NDArray apply(NDArray hidden, Attention attention, Overlay overlay, Tap tap);

    Norm norm();

    SelfAttention attention();

    Mlp mlp();

    /**
     * What attention's output is added to where nothing but that output changes.
     *
     * @param hidden the residual stream, (n, d)
     * @param normed the norm of it that attention reads
     * @return (n, d), attached to the manager of {@code hidden}
     */
    NDArray besideAttention(NDArray hidden, NDArray normed, Overlay overlay);

    /**
     * Attention and MLP side by side: what the MLP writes does not change what attention reads.
     *
     * @param mlpNorm the MLP's own norm (GPT-NeoX), or empty where it reads what attention reads (GPT-J)
     */
    record Parallel(Norm norm, SelfAttention attention, Optional<Norm> mlpNorm, Mlp mlp) implements Block {
        @Override
        public NDArray apply(NDArray hidden, Attention positions, Overlay overlay, Tap tap) {
            try (Scope scope = Scope.of(hidden)) {
                NDArray entered = scope.enter(hidden);
                NDArray x = norm.apply(entered);
                NDArray attended = attention.apply(x, positions, tap, scope);
                NDArray recalled = mlp.apply(mlpNorm.isEmpty() ? x : mlpNorm.get().apply(entered), overlay, tap, scope);
                return scope.leave(attended.add(recalled).addi(entered));
            }
        }

        @Override
        public NDArray besideAttention(NDArray hidden, NDArray normed, Overlay overlay) {
            try (Scope scope = Scope.of(hidden)) {
                NDArray entered = scope.enter(hidden);
                NDArray x = mlpNorm.isEmpty() ? scope.enter(normed) : mlpNorm.get().apply(entered);
                return scope.leave(mlp.apply(x, overlay, Tap.NONE, scope).add(entered));
            }
        }
    }

    /** Attention first; the MLP reads the residual stream with what attention wrote. */
    record Sequential(Norm norm, SelfAttention attention, Norm mlpNorm, Mlp mlp) implements Block {
        @Override
        public NDArray apply(NDArray hidden, Attention positions, Overlay overlay, Tap tap) {
            try (Scope scope = Scope.of(hidden)) {
                NDArray entered = scope.enter(hidden);
                NDArray attended = attention.apply(norm.apply(entered), positions, tap, scope).add(entered);
                return scope.leave(mlp.apply(mlpNorm.apply(attended), overlay, tap, scope).add(attended));
            }
        }

        @Override
        public NDArray besideAttention(NDArray hidden, NDArray normed, Overlay overlay) {
            return hidden.duplicate();
        }
    }
}
