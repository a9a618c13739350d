package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;

/**
 * GPT-NeoX: attention and MLP with a norm each, side by side or one after the other; a part of each head rotated in halves; queries, keys
 * and values in one tensor, head by head.
 *
 * @param parallel {@code use_parallel_residual}
 * @param attentionBias whether the products of attention have a bias
 * @param frequencies of rotation
 */
record NeoXLayout(ModelConfig config, boolean parallel, boolean attentionBias, float[] frequencies) implements Layout {
    static final String ARCHITECTURE = "GPTNeoXForCausalLM";
    private static final ModuleNames NAMES =
            new ModuleNames("gpt_neox", "embed_in", "layers", "mlp.dense_4h_to_h", "final_layer_norm", "embed_out");

    static Layout read(JsonFile file) {
        int width = file.count("hidden_size");
        int heads = file.divisor("num_attention_heads", width);
        int rotaryDim = rotaryDim(file, width / heads);
        ModelConfig config = new ModelConfig(
                ARCHITECTURE,
                file.text("model_type"),
                file.count("num_hidden_layers"),
                width,
                file.count("intermediate_size"),
                file.count("vocab_size"),
                file.count("max_position_embeddings"),
                heads,
                heads,
                width / heads,
                rotaryDim,
                (float) file.positive("layer_norm_eps"),
                Activation.named(file.text("hidden_act")),
                file.flag("tie_word_embeddings"));
        return new NeoXLayout(
                config, file.flagOr("use_parallel_residual", true), file.flagOr("attention_bias", true), Frequencies.read(file, rotaryDim));
    }

    /** How many coordinates of a head are rotated. */
    private static int rotaryDim(JsonFile file, int headDim) {
        JsonFile from = file.has("rope_parameters") ? file.within("rope_parameters") : file;
        String field = from.has("rotary_pct") ? "rotary_pct" : "partial_rotary_factor";
        int rotaryDim = (int) (headDim * from.positive(field));
        if (rotaryDim < 2 || rotaryDim % 2 != 0 || rotaryDim > Math.min(headDim, Frequencies.TURNED_MAX)) {
            throw from.invalid(field, "a part of a head's " + headDim + " coordinates, even in number, at most " + Frequencies.TURNED_MAX);
        }
        return rotaryDim;
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
        String name = NAMES.block(block);
        Affine fused = weights.linear(name + ".attention.query_key_value", 3 * d, d, attentionBias);
        Affine input = new Affine(queriesFirst(fused.weight()), attentionBias ? queriesFirst(fused.bias()) : null);
        Affine output = weights.linear(name + ".attention.dense", d, d, attentionBias);
        Affine keys = weights.linear(name + ".mlp.dense_h_to_4h", config.keyWidth(), d, true);
        Norm norm = norm(name + ".input_layernorm", weights);
        Norm mlpNorm = norm(name + ".post_attention_layernorm", weights);
        SelfAttention attention = new SelfAttention(block, input, output, config, rotary);
        Affine memory = weights.linear(NAMES.memory(block), d, config.keyWidth(), true);
        Mlp mlp = new Mlp(block, new Mlp.Keys.Plain(keys, config.activation()), memory);
        return parallel
                ? new Block.Parallel(norm, attention, Optional.of(mlpNorm), mlp)
                : new Block.Sequential(norm, attention, mlpNorm, mlp);
    }

    /** Rows of (heads, 3, head dim) to (3, heads, head dim): all queries, then all keys, then all values; {@code fused} is closed. */
    private NDArray queriesFirst(NDArray fused) {
        try (fused; Scope scope = Scope.of(fused)) {
            NDArray byHead = scope.enter(fused).reshape(config.heads(), 3, config.headDim(), -1);
            return scope.leave(byHead.swapAxes(0, 1).reshape(fused.getShape()));
        }
    }
}
