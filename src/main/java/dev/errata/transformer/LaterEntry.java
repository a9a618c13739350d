package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * Runs the first block above the change at the positions behind it, once per bundle.
 *
 * @param block the first block above the change
 * @param layer that block
 */
record LaterEntry(int block, Block layer, Overlay overlay) {

    Later later(Bundle bundle, NDManager manager) {
        SelfAttention attention = layer.attention();
        Heads shape = attention.shape();
        long rows = bundle.rows();
        try (NDManager inner = manager.newSubManager()) {
            NDArray x = Views.between(bundle.ends(), 1, 1, bundle.length(), inner).reshape(rows * (bundle.length() - 1), -1);
            NDArray normed = layer.norm().apply(x);
            NDArray tokens = attention.input().apply(normed);
            attention.turn(bundle.positions(1, bundle.length()), inner)
                    .ifPresent(turn -> turn.there(tokens, shape.queries() + shape.keys(), shape.size()));
            NDList heads = shape.three(shape.split(tokens), rows);
            NDArray queries = Factor.times(shape.byKey(heads.get(0)), shape.scale());
            Seen seen = bundle.seen(block);
            NDArray keys = behind(seen.keys(), seen.past(), heads.get(1), inner);
            NDArray values = behind(seen.values(), seen.past(), heads.get(2), inner);

            NDArray scores = shape.byQuery(queries.matMul(keys.swapAxes(2, 3))).addi(withoutChanged(bundle, seen.past(), inner));
            NDArray largest = scores.max(new int[] {3}, true);
            NDArray each = scores.subi(largest).exp();
            NDArray sum = each.sum(new int[] {3}, true);
            NDArray mixture = shape.byKey(each.divi(sum)).matMul(values);
            NDArray others = shape.byKey(sum.log().addi(largest));
            NDArray packed = shape.byQuery(mixture).swapAxes(1, 2).reshape(x.getShape().get(0), -1);
            NDArray base = layer.besideAttention(x, normed, overlay).addi(attention.output().apply(packed));
            for (NDArray kept : new NDArray[] {queries, others, mixture, base}) {
                kept.attach(manager);
            }
            return new Later(queries, others, mixture, base.reshape(rows, bundle.length() - 1L, -1));
        }
    }

    /** The past of (rows, key heads, past + own, head dim), and others behind it. */
    private static NDArray behind(NDArray seen, int past, NDArray others, NDManager inner) {
        return Views.between(seen, 2, 0, past, inner).concat(others, 2);
    }

    /** Who may look at whom, without the changed position. */
    private static NDArray withoutChanged(Bundle bundle, int past, NDManager inner) {
        NDArray mask = bundle.mask(1, bundle.length(), bundle.length(), inner);
        return Views.between(mask, 3, 0, past, inner).concat(Views.between(mask, 3, past + 1L, past + (long) bundle.length(), inner), 3);
    }
}
