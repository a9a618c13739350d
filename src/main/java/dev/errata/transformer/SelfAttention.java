package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Optional;

/**
 * Multi-head causal self-attention, written out in products and a softmax so that a gradient can flow through it on any device.
 *
 * <p>Query heads that share a key head are laid one behind the other, as if they were more positions of one head: so no key is copied.
 *
 * @param block the block it belongs to
 * @param input queries, keys and values from one product: ((heads + 2·key heads)·head dim, d), rows in that order
 * @param output (d, heads·head dim)
 * @param heads query heads
 * @param keyHeads heads of keys and of values, a divisor of the query heads; each is shared by neighbouring query heads
 * @param headDim size of a head; scores are divided by its root
 * @param rotary how queries and keys are turned, or empty if not
 */
record SelfAttention(int block, Affine input, Affine output, int heads, int keyHeads, int headDim, Optional<Rotary> rotary) {
    SelfAttention(int block, Affine input, Affine output, ModelConfig config, Optional<Rotary> rotary) {
        this(block, input, output, config.heads(), config.keyHeads(), config.headDim(), rotary);
    }

    Heads shape() {
        return new Heads(heads, keyHeads, headDim);
    }

    /** The angles of some positions, if this attention is told of positions by angles. */
    Optional<Pairs.Turn> turn(long[] positions, NDManager manager) {
        return rotary.map(turned -> turned.turn(positions, manager));
    }

    /**
     * What is remembered of tokens, without attending.
     *
     * @param x the block's normed input, (rows, T, d), in a {@link Scope}
     * @return of these tokens alone, in the same scope
     */
    Past remember(NDArray x, Attention attention, Scope scope) {
        long[] shape = x.getShape().getShape();
        int queries = heads * headDim;
        Affine rest = input.outputs(queries, queries + 2 * keyHeads * headDim, scope.manager());
        NDList parts = rest.apply(x).reshape(shape[0], shape[1], 2L * keyHeads, headDim).split(2, 2);
        return new Past(headsFirst(turn(parts.get(0), attention)), headsFirst(parts.get(1)));
    }

    /**
     * @param x the block's normed input, (rows, T, d), in a {@link Scope}
     * @param last whether only the last position asks
     * @return (rows, T, d), or (rows, 1, d) of the last position, in the same scope
     */
    NDArray apply(NDArray x, Attention attention, boolean last, Tap tap, Scope scope) {
        long rows = x.getShape().get(0);
        NDList three = last ? ofTheLast(x, attention, scope) : ofAll(x, attention);
        long asks = three.get(0).getShape().get(1);
        NDArray queries = headsFirst(three.get(0)).reshape(rows, keyHeads, -1, headDim);
        Past seen = seen(attention, headsFirst(three.get(1)), headsFirst(three.get(2)), scope);
        NDArray scores = Factor.scale(queries.matMul(seen.keys().swapAxes(2, 3)), 1 / Math.sqrt(headDim));
        NDArray mask = last ? attention.maskOfTheLast(scope.manager()) : attention.mask();
        NDArray shares = scores.reshape(rows, heads, asks, -1).addi(mask).softmax(-1);
        NDArray mixed = shares.reshape(rows, keyHeads, heads / keyHeads * asks, -1).matMul(seen.values());
        if (tap.hearsPast(block)) {
            // Copies: these are views of arrays that hold queries too and would keep them alive.
            tap.past(block, new Past(scope.leave(seen.keys().duplicate()), scope.leave(seen.values().duplicate())));
        }
        return output.apply(headsFirst(mixed.reshape(rows, heads, asks, headDim)).reshape(rows, asks, (long) heads * headDim));
    }

    /** Queries, keys and values of all positions, from one product; (rows, T, heads, head dim) each. */
    private NDList ofAll(NDArray x, Attention attention) {
        NDArray all = input.apply(x).reshape(x.getShape().get(0), x.getShape().get(1), heads + 2L * keyHeads, headDim);
        NDList parts = all.split(new long[] {heads + keyHeads}, 2);
        NDList turned = turn(parts.get(0), attention).split(new long[] {heads}, 2);
        return new NDList(turned.get(0), turned.get(1), parts.get(1));
    }

    /** Queries of the last position alone. */
    private NDList ofTheLast(NDArray x, Attention attention, Scope scope) {
        long rows = x.getShape().get(0);
        int border = heads * headDim;
        NDArray end = Views.last(x, scope.manager());
        NDArray asking = input.outputs(0, border, scope.manager()).apply(end).reshape(rows, 1, heads, headDim);
        NDArray telling = input.outputs(border, border + 2 * keyHeads * headDim, scope.manager()).apply(x);
        NDList parts = telling.reshape(rows, x.getShape().get(1), 2L * keyHeads, headDim).split(2, 2);
        if (rotary.isPresent()) {
            asking = rotary.get().turn(asking, attention.angles().orElseThrow().ofTheLast(scope.manager()));
        }
        return new NDList(asking, turn(parts.get(0), attention), parts.get(1));
    }

    private NDArray turn(NDArray queriesAndKeys, Attention attention) {
        return rotary.isEmpty() ? queriesAndKeys : rotary.get().turn(queriesAndKeys, attention.angles().orElseThrow());
    }

    /** Keys and values of earlier positions, if there are any, and of these. */
    private Past seen(Attention attention, NDArray keys, NDArray values, Scope scope) {
        Optional<Past> past = attention.past(block);
        if (past.isEmpty()) {
            return new Past(keys, values);
        }
        return new Past(scope.enter(past.get().keys()).concat(keys, 2), scope.enter(past.get().values()).concat(values, 2));
    }

    /** (rows, T, heads, head dim) to (rows, heads, T, head dim) and back. */
    private static NDArray headsFirst(NDArray array) {
        return array.swapAxes(1, 2);
    }
}
