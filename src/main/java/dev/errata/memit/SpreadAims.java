package dev.errata.memit;

import dev.errata.delta.EditedTensor;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.SortedMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Pairs of a transformer's blocks: keys as the model has them by now, and of what is missing at block L an equal share for each block
 * that is left, which need not be neighbours (Eq. 20, method.md §6.7).
 *
 * <p>On the base model the states at block L are known: searches began from them.
 *
 * <h2>Thread safety</h2> None: blocks are asked in ascending order, each once.
 */
final class SpreadAims implements WeightEdit.Aims, AutoCloseable {
    private final CausalLm lm;
    private final KeyReader reader;
    private final Targets targets;
    private boolean onBase;
    private int left;

    /**
     * @param onBase whether weights are the base model's until the first block is edited
     * @param memory bytes on the device that may be kept between blocks
     */
    SpreadAims(CausalLm lm, HyperParameters parameters, Targets targets, boolean onBase, long memory) {
        this.lm = lm;
        this.reader = new KeyReader(lm, targets.rows(), parameters.lastLayer(), memory);
        this.targets = targets;
        this.onBase = onBase;
        this.left = parameters.layers().size();
    }

    @Override
    public WeightEdit.Aimed at(int block, SortedMap<String, EditedTensor> weights) {
        try (Overlay overlay = EditedTensors.overlay(lm, weights)) {
            KeysAndState now = onBase ? reader.readKeys(block, overlay) : reader.read(block, overlay);
            DMatrixRMaj residuals = CommonOps_DDRM.subtract(targets.states(), onBase ? targets.initial() : now.states(), null);
            CommonOps_DDRM.divide(residuals, left--);
            onBase = false;
            return new WeightEdit.Aimed(now.keys(), residuals);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
