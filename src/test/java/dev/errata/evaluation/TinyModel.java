package dev.errata.evaluation;

import dev.errata.transformer.CausalLm;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** The oracle's GPT-J of four blocks and width 32: its answers mean nothing, but it is a real model and quick. */
final class TinyModel {
    private TinyModel() {}

    static CausalLm load() {
        try {
            return CausalLm.load(Path.of(TinyModel.class.getResource("/oracle/gptj/model").toURI()), "cpu");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another version of the model: every edited weight of a block is this many times as large. */
    static float[] scaled(CausalLm model, int block, float factor) {
        float[] values = model.tensor(block);
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return values;
    }
}
