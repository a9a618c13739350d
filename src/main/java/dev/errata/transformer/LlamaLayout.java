package dev.errata.transformer;

import ai.djl.ndarray.NDManager;
import java.util.Optional;

/**
 * Llama and what follows its plan, Mistral and Qwen2: RMS norms, heads that share keys, whole heads rotated in halves, a gated MLP.
 *
 * <p>The three differ in where there is a bias, and in that Mistral and Qwen2 may let a token look back over a window only. A row no
 * longer than the window sees all of it, so the window is taken as the number of positions: longer rows are refused, none is computed
 * wrongly.
 *
 * @param inputBias whether queries, keys and values have a bias
 * @param outputBias whether attention's output has
 * @param mlpBias whether the products of the MLP have
 * @param frequencies of rotation
 */
record LlamaLayout(ModelConfig config, boolean inputBias, boolean outputBias, boolean mlpBias, float[] frequencies) implements Layout {
    static final String LLAMA = "LlamaForCausalLM";
    static final String MISTRAL = "MistralForCausalLM";
    static final String QWEN2 = "Qwen2ForCausalLM";
    private static final ModuleNames NAMES = new ModuleNames("model", "embed_tokens", "layers", "mlp.down_proj", "norm", "lm_head");

    static Layout llama(JsonFile file) {
        boolean attentionBias = file.flag("attention_bias");
        return read(LLAMA, file, Integer.MAX_VALUE, attentionBias, attentionBias, file.flag("mlp_bias"));
    }

    static Layout mistral(JsonFile file) {
        return read(MISTRAL, file, file.countOr("sliding_window", Integer.MAX_VALUE), false, false, false);
    }

    static Layout qwen2(JsonFile file) {
        int window = file.flag("use_sliding_window") ? file.count("sliding_window") : Integer.MAX_VALUE;
        return read(QWEN2, file, window, true, false, false);
    }

    private static Layout read(
            String architecture, JsonFile file, int window, boolean inputBias, boolean outputBias, boolean mlpBias) {
        int width = file.count("hidden_size");
        int heads = file.count("num_attention_heads");
        int headDim = file.has("head_dim") ? file.count("head_dim") : width / file.divisor("num_attention_heads", width);
        if (headDim % 2 != 0 || headDim > Frequencies.TURNED_MAX) {
            throw file.invalid("head_dim", "even, at most " + Frequencies.TURNED_MAX);
        }
        if (file.positiveOr("partial_rotary_factor", 1) != 1) {
            throw file.invalid("partial_rotary_factor", "1");
        }
        int keyHeads = file.has("num_key_value_heads") ? file.divisor("num_key_value_heads", heads) : heads;
        ModelConfig config = new ModelConfig(
                architecture,
                file.text("model_type"),
                file.count("num_hidden_layers"),
                width,
                file.count("intermediate_size"),
                file.count("vocab_size"),
                Math.min(window, file.count("max_position_embeddings")),
                heads,
                keyHeads,
                headDim,
                headDim,
                (float) file.positive("rms_norm_eps"),
                Activation.named(file.text("hidden_act")),
                file.flag("tie_word_embeddings"));
        return new LlamaLayout(config, inputBias, outputBias, mlpBias, Frequencies.read(file, headDim));
    }

    @Override
    public ModuleNames names() {
        return NAMES;
    }

    @Override
    public Optional<Rotary> rotary(NDManager manager) {
        return Optional.of(Rotary.halves(config.headDim(), frequencies, manager));
    }

    @Override
    public Block block(int block, Optional<Rotary> rotary, Weights weights) {
        long d = config.width();
        long queries = (long) config.heads() * config.headDim();
        long shared = (long) config.keyHeads() * config.headDim();
        String name = NAMES.block(block);
        Affine input = Affine.stacked(
                weights.linear(name + ".self_attn.q_proj", queries, d, inputBias),
                weights.linear(name + ".self_attn.k_proj", shared, d, inputBias),
                weights.linear(name + ".self_attn.v_proj", shared, d, inputBias));
        Affine output = weights.linear(name + ".self_attn.o_proj", d, queries, outputBias);
        Affine gated = Affine.stacked(
                weights.linear(name + ".mlp.gate_proj", config.keyWidth(), d, mlpBias),
                weights.linear(name + ".mlp.up_proj", config.keyWidth(), d, mlpBias));
        Affine memory = weights.linear(NAMES.memory(block), d, config.keyWidth(), mlpBias);
        return new Block.Sequential(
                norm(name + ".input_layernorm", weights),
                new SelfAttention(block, input, output, config, rotary),
                norm(name + ".post_attention_layernorm", weights),
                new Mlp(block, new Mlp.Keys.Gated(gated, config.activation()), memory));
    }

    @Override
    public Norm norm(String module, Weights weights) {
        return weights.rmsNorm(module, config.width(), config.eps());
    }
}
