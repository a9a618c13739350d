package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * GPT-J: attention and MLP side by side behind one norm, neighbouring coordinates rotated, no bias in attention, a head with bias.
 *
 * <p>Positions beyond what a model was trained on are refused, though rotation alone would allow them.
 */
record GptJLayout() implements Layout {
    static final String ARCHITECTURE = "GPTJForCausalLM";

    @Override
    public ModelConfig config(JsonFile file) {
        int width = file.count("n_embd");
        int heads = file.count("n_head");
        if (width % heads != 0) {
            throw file.invalid("n_head", "a divisor of n_embd = " + width);
        }
        int rotaryDim = file.count("rotary_dim");
        if (rotaryDim % 2 != 0 || rotaryDim > width / heads) {
            throw file.invalid("rotary_dim", "even, and at most a head's " + width / heads);
        }
        return new ModelConfig(
                ARCHITECTURE,
                file.text("model_type"),
                file.count("n_layer"),
                width,
                file.countOr("n_inner", 4 * width),
                file.count("vocab_size"),
                file.count("n_positions"),
                heads,
                width / heads,
                rotaryDim,
                (float) file.positive("layer_norm_epsilon"),
                Activation.named(file.text("activation_function")),
                file.flag("tie_word_embeddings"));
    }

    @Override
    public Transformer assemble(ModelConfig config, Weights weights) {
        long d = config.width();
        long vocabulary = config.vocabulary();
        Rotary rotary = Rotary.neighbours(config, Rotary.BASE, weights.manager());
        NDArray tokens = weights.take("transformer.wte.weight", vocabulary, d);
        List<Block> blocks = new ArrayList<>();
        for (int block = 0; block < config.blocks(); block++) {
            blocks.add(block(block, config, weights, rotary));
        }
        NDArray head = config.tiedHead() ? tokens : weights.take("lm_head.weight", vocabulary, d);
        return new Transformer(
                new Table(tokens),
                Optional.of(rotary),
                blocks,
                norm("transformer.ln_f", config, weights),
                new Affine(head, weights.take("lm_head.bias", vocabulary)));
    }

    private Block block(int block, ModelConfig config, Weights weights, Rotary rotary) {
        long d = config.width();
        long keyWidth = config.keyWidth();
        String name = "transformer.h." + block;
        String attention = name + ".attn.";
        List<String> inputs = List.of(attention + "q_proj.weight", attention + "k_proj.weight", attention + "v_proj.weight");
        String mlp = name + ".mlp.";
        return new Block.Parallel(
                norm(name + ".ln_1", config, weights),
                new SelfAttention(
                        block,
                        new Affine(weights.stacked(inputs, d, d), null),
                        new Affine(weights.take(attention + "out_proj.weight", d, d), null),
                        config.heads(),
                        config.headDim(),
                        Optional.of(rotary)),
                new Mlp(
                        block,
                        new Mlp.Keys.Plain(
                                new Affine(weights.take(mlp + "fc_in.weight", keyWidth, d), weights.take(mlp + "fc_in.bias", keyWidth)),
                                config.activation()),
                        new Affine(weights.take(editedTensor(block), d, keyWidth), weights.take(mlp + "fc_out.bias", d))));
    }

    private static Norm norm(String name, ModelConfig config, Weights weights) {
        return new Norm.Layer(weights.take(name + ".weight", config.width()), weights.take(name + ".bias", config.width()), config.eps());
    }

    @Override
    public String editedTensor(int block) {
        return "transformer.h." + block + ".mlp.fc_out.weight";
    }

    @Override
    public boolean transposed() {
        return false;
    }
}
