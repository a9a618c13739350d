package dev.errata.memit;

import dev.errata.delta.EditedTensor;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.List;
import java.util.SortedMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Pairs of a transformer's blocks: keys as the model has them by now, and of what is missing at block L an equal share for each block
 * that is left, which need not be neighbours (Eq. 20, method.md §6.7).
 *
 * <h2>Thread safety</h2> None: blocks are asked in ascending order, each once.
 */
final class SpreadAims implements WeightEdit.Aims, AutoCloseable {
    private final CausalLm lm;
    private final KeyReader reader;
    private final DMatrixRMaj states;
    private int left;

    /** @param memory bytes on the device that may be kept between blocks */
    SpreadAims(CausalLm lm, HyperParameters parameters, Targets targets, long memory) {
        this.lm = lm;
        this.reader = new KeyReader(lm, targets.rows(), parameters.lastLayer(), memory);
        this.states = targets.states();
        this.left = parameters.layers().size();
    }

    @Override
    public WeightEdit.Aimed at(int block, SortedMap<String, EditedTensor> weights) {
        try (Overlay overlay = EditedTensors.overlay(lm, weights)) {
            KeysAndState now = reader.read(List.of(block), overlay);
            DMatrixRMaj residuals = CommonOps_DDRM.subtract(states, now.states(), null);
            CommonOps_DDRM.divide(residuals, left--);
            return new WeightEdit.Aimed(now.keys().get(block), residuals);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
