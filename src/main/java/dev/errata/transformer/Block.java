package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/** One transformer block: how norms, attention and MLP add to the residual stream. */
sealed interface Block {

    /**
     * What a block computes before its edited tensor: what leaves it is {@code rest + W key + b}.
     *
     * @param rest (rows, T, d)
     * @param key (rows, T, d_k)
     */
    record Parts(NDArray rest, NDArray key) implements AutoCloseable {
        @Override
        public void close() {
            rest.close();
            key.close();
        }
    }

    /**
     * @param hidden the residual stream, (rows, T, d)
     * @param last whether only the last position is asked for; of the parts T is 1 then
     * @return attached to the manager of {@code hidden}
     */
    Parts parts(NDArray hidden, Attention attention, boolean last, Tap tap);

    /** What leaves the block, attached to the manager of the parts. */
    default NDArray leaving(Parts parts, Overlay overlay) {
        try (NDArray value = mlp().memory(overlay).apply(parts.key())) {
            return parts.rest().add(value);
        }
    }

    /**
     * @param hidden the residual stream, (rows, T, d)
     * @return the residual stream after this block, (rows, T, d), attached to the manager of {@code hidden}
     */
    default NDArray apply(NDArray hidden, Attention attention, Overlay overlay, Tap tap) {
        Parts parts = parts(hidden, attention, false, tap);
        NDArray leaving = leaving(parts, overlay);
        parts.rest().close();
        if (tap.hears(mlp().block())) {
            tap.key(mlp().block(), parts.key());
        } else {
            parts.key().close();
        }
        return leaving;
    }

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
        public Parts parts(NDArray hidden, Attention positions, boolean last, Tap tap) {
            try (Scope scope = Scope.of(hidden)) {
                NDArray entered = scope.enter(hidden);
                NDArray x = norm.apply(entered);
                NDArray attended = attention.apply(x, positions, last, tap, scope);
                NDArray asked = last ? Views.last(entered, scope.manager()) : entered;
                NDArray read = mlpNorm.isPresent() ? mlpNorm.get().apply(asked) : last ? Views.last(x, scope.manager()) : x;
                return new Parts(scope.leave(attended.add(asked)), scope.leave(mlp.keys().apply(read)));
            }
        }

        @Override
        public NDArray besideAttention(NDArray hidden, NDArray normed, Overlay overlay) {
            try (Scope scope = Scope.of(hidden)) {
                NDArray entered = scope.enter(hidden);
                NDArray x = mlpNorm.isEmpty() ? scope.enter(normed) : mlpNorm.get().apply(entered);
                return scope.leave(mlp.apply(x, overlay).add(entered));
            }
        }
    }

    /** Attention first; the MLP reads the residual stream with what attention wrote. */
    record Sequential(Norm norm, SelfAttention attention, Norm mlpNorm, Mlp mlp) implements Block {
        @Override
        public Parts parts(NDArray hidden, Attention positions, boolean last, Tap tap) {
            try (Scope scope = Scope.of(hidden)) {
                NDArray entered = scope.enter(hidden);
                NDArray attended = attention.apply(norm.apply(entered), positions, last, tap, scope);
                NDArray between = attended.add(last ? Views.last(entered, scope.manager()) : entered);
                NDArray key = mlp.keys().apply(mlpNorm.apply(between));
                return new Parts(scope.leave(between), scope.leave(key));
            }
        }

        @Override
        public NDArray besideAttention(NDArray hidden, NDArray normed, Overlay overlay) {
            return hidden.duplicate();
        }
    }
}
