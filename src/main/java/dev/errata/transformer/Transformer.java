package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;

/**
 * A decoder put together from its parts, whatever the architecture.
 *
 * @param tokens the embedding, (vocabulary, d)
 * @param places a vector for each position that is added to the embedding, (positions, d), or empty
 * @param rotary how attention is told of positions, or empty if not by rotation
 * @param blocks from the first to the last
 * @param norm before the head
 * @param head (vocabulary, d)
 */
record Transformer(
        Table tokens, Optional<Table> places, Optional<Rotary> rotary, List<Block> blocks, Norm norm, Affine head) {
    Transformer {
        blocks = List.copyOf(blocks);
        for (Block block : blocks) {
            block.attention().input().pack();
            block.attention().output().pack();
            block.mlp().keys().input().pack();
        }
        head.pack();
    }

    /** Ids and positions, (rows, T) and (rows or 1, T), to (rows, T, d). Where positions are rotary, only attention reads them. */
    NDArray embed(NDArray ids, NDArray positions) {
        if (places.isEmpty()) {
            return tokens.at(ids);
        }
        try (Scope scope = Scope.of(ids)) {
            return scope.leave(tokens.at(scope.enter(ids)).add(places.get().at(scope.enter(positions))));
        }
    }
}
