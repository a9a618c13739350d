package dev.errata.transformer;

import ai.djl.ndarray.NDManager;
import java.util.Optional;

/**
 * GPT-2: attention, then MLP, behind a norm each; learned positions; matrices stored the other way round; by default the embedding is the
 * head.
 */
record Gpt2Layout(ModelConfig config) implements Layout {
    static final String ARCHITECTURE = "GPT2LMHeadModel";
    private static final ModuleNames NAMES = new ModuleNames("transformer", "wte", "h", "mlp.c_proj", "ln_f", "lm_head");

    static Layout read(JsonFile file) {
        int width = file.count("n_embd");
        int heads = file.divisor("n_head", width);
        file.require("scale_attn_weights", true);
        file.require("scale_attn_by_inverse_layer_idx", false);
        file.require("add_cross_attention", false);
        return new Gpt2Layout(new ModelConfig(
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
                0,
                (float) file.positive("layer_norm_epsilon"),
                Activation.named(file.text("activation_function")),
                file.flagOr("tie_word_embeddings", true)));
    }

    @Override
    public ModuleNames names() {
        return NAMES;
    }

    @Override
    public Optional<Rotary> rotary(NDManager manager) {
        return Optional.empty();
    }

    @Override
    public Optional<Table> places(Weights weights) {
        return Optional.of(new Table(weights.take("transformer.wpe.weight", config.positions(), config.width())));
    }

    @Override
    public Block block(int block, Optional<Rotary> rotary, Weights weights) {
        long d = config.width();
        String name = NAMES.block(block);
        Affine input = weights.conv1d(name + ".attn.c_attn", 3 * d, d);
        Affine output = weights.conv1d(name + ".attn.c_proj", d, d);
        Affine keys = weights.conv1d(name + ".mlp.c_fc", config.keyWidth(), d);
        Affine memory = weights.conv1d(NAMES.memory(block), d, config.keyWidth());
        return new Block.Sequential(
                norm(name + ".ln_1", weights),
                new SelfAttention(block, input, output, config, rotary),
                norm(name + ".ln_2", weights),
                new Mlp(block, new Mlp.Keys.Plain(keys, config.activation()), memory));
    }

    @Override
    public boolean transposed() {
        return true;
    }
}
