package dev.errata.transformer;

import ai.djl.ndarray.NDManager;
import java.util.Optional;

/**
 * GPT-J: attention and MLP side by side behind one norm, neighbouring coordinates rotated, no bias in attention, a head with bias.
 *
 * <p>Positions beyond what a model was trained on are refused, though rotation alone would allow them.
 */
record GptJLayout(ModelConfig config) implements Layout {
    static final String ARCHITECTURE = "GPTJForCausalLM";
    private static final ModuleNames NAMES = new ModuleNames("transformer", "wte", "h", "mlp.fc_out", "ln_f", "lm_head");

    static Layout read(JsonFile file) {
        int width = file.count("n_embd");
        int heads = file.divisor("n_head", width);
        int rotaryDim = file.count("rotary_dim");
        if (rotaryDim % 2 != 0 || rotaryDim > Math.min(width / heads, Frequencies.TURNED_MAX)) {
            throw file.invalid("rotary_dim", "even, and at most a head's " + width / heads + " or " + Frequencies.TURNED_MAX);
        }
        return new GptJLayout(new ModelConfig(
                ARCHITECTURE,
                file.text("model_type"),
                file.count("n_layer"),
                width,
                file.countOr("n_inner", file.fourTimes("n_embd")),
                file.count("vocab_size"),
                file.count("n_positions"),
                heads,
                heads,
                width / heads,
                rotaryDim,
                (float) file.positive("layer_norm_epsilon"),
                Activation.named(file.text("activation_function")),
                file.flag("tie_word_embeddings")));
    }

    @Override
    public ModuleNames names() {
        return NAMES;
    }

    @Override
    public Optional<Rotary> rotary(NDManager manager) {
        return Optional.of(Rotary.neighbours(config.headDim(), Frequencies.plain(config.rotaryDim()), manager));
    }

    @Override
    public Block block(int block, Optional<Rotary> rotary, Weights weights) {
        long d = config.width();
        String name = NAMES.block(block);
        Affine input = Affine.stacked(
                weights.linear(name + ".attn.q_proj", d, d, false),
                weights.linear(name + ".attn.k_proj", d, d, false),
                weights.linear(name + ".attn.v_proj", d, d, false));
        Affine output = weights.linear(name + ".attn.out_proj", d, d, false);
        Affine keys = weights.linear(name + ".mlp.fc_in", config.keyWidth(), d, true);
        Affine memory = weights.linear(NAMES.memory(block), d, config.keyWidth(), true);
        return new Block.Parallel(
                norm(name + ".ln_1", weights),
                new SelfAttention(block, input, output, config, rotary),
                Optional.empty(),
                new Mlp(block, new Mlp.Keys.Plain(keys, config.activation()), memory));
    }

    @Override
    public boolean headBias() {
        return true;
    }
}
