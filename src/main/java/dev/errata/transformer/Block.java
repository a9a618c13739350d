package dev.errata.transformer;

import ai.djl.ndarray.NDArray;

/** One transformer block: how norms, attention and MLP add to the residual stream. */
sealed interface Block {

    /**
     * @param hidden the residual stream, (rows, T, d)
     * @return the residual stream after this block, (rows, T, d), attached to the manager of {@code hidden}
     */
    NDArray apply(NDArray hidden, Attention attention, Overlay overlay, Tap tap);

    /** W and b of the block's MLP. */
    Affine memory();

    /** Attention and MLP both read the one norm (GPT-J): what the MLP writes does not change what attention reads. */
    record Parallel(Norm norm, SelfAttention attention, Mlp mlp) implements Block {
        @Override
        public NDArray apply(NDArray hidden, Attention positions, Overlay overlay, Tap tap) {
            try (Scope scope = Scope.of(hidden)) {
                NDArray entered = scope.enter(hidden);
                NDArray x = norm.apply(entered);
                NDArray attended = attention.apply(x, positions, tap, scope);
                NDArray recalled = mlp.apply(x, overlay, tap, scope);
                return scope.leave(attended.addi(recalled).addi(entered));
            }
        }

        @Override
        public Affine memory() {
            return mlp.memory();
        }
    }
}
