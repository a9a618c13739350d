package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * One bundle's look back in one block: scores, shares and what is read with them; it keeps what the way back needs.
 *
 * @param queries (rows, key heads, group·T, head dim)
 * @param shares softmaxed scores, (rows, key heads, group·T, past + own)
 */
record Look(Heads shape, Seen seen, NDArray queries, NDArray shares) {

    /**
     * @param heads queries, keys and values, turned, each (rows, heads, T, head dim); keys and values are written into {@code seen}
     * @param mask added to scores, (rows, 1, T, past + own)
     * @param to where what is read goes, (rows, query heads, T, head dim)
     * @param manager of what is kept
     */
    static Look at(Heads shape, NDList heads, Seen seen, NDArray mask, NDArray to, NDManager manager) {
        Views.write(seen.ownKeys(), heads.get(1));
        Views.write(seen.ownValues(), heads.get(2));
        try (NDManager inner = manager.newSubManager()) {
            NDArray queries = shape.byKey(heads.get(0));
            queries.attach(inner);
            NDArray scores = Factor.scale(queries.matMul(seen.keysAcross()), shape.scale());
            NDArray shares = shape.byKey(shape.byQuery(scores).addi(mask).softmax(-1));
            Views.write(to, shape.byQuery(shares.matMul(seen.values())));
            queries.attach(manager);
            shares.attach(manager);
            return new Look(shape, seen, queries, shares);
        }
    }

    /**
     * @param gradient in what was read, (rows, query heads, T, head dim)
     * @param to where gradients in queries, keys and values go, each (rows, heads, T, head dim)
     */
    void back(NDArray gradient, NDList to) {
        try (NDManager inner = gradient.getManager().newSubManager()) {
            NDArray read = shape.byKey(gradient);
            read.attach(inner);
            NDArray across = read.matMul(seen.valuesAcross()).muli(shares);
            NDArray along = across.sum(new int[] {3}, true);
            NDArray inScores = Factor.scale(across.subi(shares.mul(along)), shape.scale());
            Views.write(to.get(0), shape.byQuery(inScores.matMul(seen.keys())));
            Views.write(to.get(1), own(inScores, inner).matMul(queries));
            Views.write(to.get(2), own(shares, inner).matMul(read));
        }
        queries.close();
        shares.close();
    }

    /** (rows, key heads, group·T, past + own) to (rows, key heads, own, group·T), a view. */
    private NDArray own(NDArray scores, NDManager inner) {
        return Views.between(scores, 3, seen.past(), seen.keys().getShape().get(2), inner).swapAxes(2, 3);
    }
}
