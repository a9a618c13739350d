package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;

/**
 * What the positions behind the change read in the first block above it: {@code c + p (v − c)}, of which c is known ({@link Later}).
 *
 * @param shares p, (rows, key heads, group·later, 1)
 * @param differences v − c, (rows, key heads, group·later, head dim)
 */
record LaterLook(Heads shape, Later later, NDArray shares, NDArray differences) {

    /**
     * @param key of the changed position, turned, (rows, key heads, 1, head dim)
     * @param value the same
     * @param to where {@code p (v − c)} goes, (rows, query heads, later, head dim)
     */
    static LaterLook at(Heads shape, Later later, NDArray key, NDArray value, NDArray to, NDManager manager) {
        try (NDManager inner = manager.newSubManager()) {
            NDArray scores = later.queries().matMul(key.swapAxes(2, 3));
            scores.attach(inner);
            NDArray shares = Activation.sigmoid(scores.subi(later.others()));
            NDArray differences = value.sub(later.mixture());
            differences.attach(manager);
            shares.attach(manager);
            try (NDArray read = differences.mul(shares)) {
                Views.write(to, shape.byQuery(read));
            }
            return new LaterLook(shape, later, shares, differences);
        }
    }

    /**
     * @param gradient in what was read, (rows, query heads, later, head dim)
     * @param to gradients in queries, keys and values of the changed positions, which this is added to
     */
    void back(NDArray gradient, NDList to) {
        try (NDManager inner = gradient.getManager().newSubManager()) {
            NDArray read = shape.byKey(gradient);
            read.attach(inner);
            NDArray row = shares.swapAxes(2, 3);
            row.attach(inner);
            to.get(2).addi(row.matMul(read));
            NDArray inShares = read.muli(differences).sum(new int[] {3}, true);
            NDArray slope = shares.sub(shares.square());
            slope.attach(inner);
            to.get(1).addi(inShares.muli(slope).swapAxes(2, 3).matMul(later.queries()));
        }
        shares.close();
        differences.close();
    }
}
