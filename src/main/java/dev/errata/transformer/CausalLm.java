package dev.errata.transformer;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.file.Path;
import java.util.Map;

/**
 * A causal language model: frozen fp32 weights on one device, and a forward pass that can be entered and left at any block.
 *
 * <p>Editing needs what a packaged model hides: the key of an MLP, the residual stream after a block, a forward pass from there on
 * through which a gradient flows, and another weight in one place. So the pass is written out over the engine's array operations.
 *
 * <h2>Memory</h2> Weights belong to {@link #manager}. Every result attaches to the manager of the array or rows it came from, and nothing
 * else outlives a call: use one sub-manager per step. A gradient flows wherever the hidden state has one; the weights never take part.
 *
 * <h2>Thread safety</h2> Any number of threads may run forward passes. {@link #close} only when none does.
 */
public final class CausalLm implements AutoCloseable {
    private final ModelConfig config;
    private final Layout layout;
    private final LmTokenizer tokenizer;
    private final Transformer transformer;
    private final NDManager manager;
    private final String digest;

    private CausalLm(Layout layout, LmTokenizer tokenizer, Transformer transformer, NDManager manager, String digest) {
        this.config = layout.config();
        this.layout = layout;
        this.tokenizer = tokenizer;
        this.transformer = transformer;
        this.manager = manager;
        this.digest = digest;
    }

    /**
     * Loads a Hugging Face directory: config.json, model.safetensors or shards with model.safetensors.index.json (F32, F16 or BF16),
     * tokenizer.json.
     *
     * @param device {@code auto}, {@code cpu} or {@code cuda:N}
     * @throws ErrataException {@link Failure#MODEL_CONFIG_INVALID}, {@link Failure#MODEL_ARCHITECTURE_UNKNOWN}, {@link
     *     Failure#TOKENIZER_INVALID}, {@link Failure#SAFETENSORS_INVALID}, {@link Failure#TENSOR_MISSING}, {@link
     *     Failure#TENSOR_SHAPE_MISMATCH}
     */
    public static CausalLm load(Path directory, String device) {
        return load(directory, Devices.parse(device));
    }

    /** As {@link #load(Path, String)}. */
    public static CausalLm load(Path directory, Device device) {
        requireNonNull(device, "device");
        Layout layout = Layout.read(directory);
        ModelConfig config = layout.config();
        LmTokenizer tokenizer = LmTokenizer.load(directory);
        NDManager manager = NDManager.newBaseManager(device, Devices.ENGINE);
        try {
            long largest = Math.max(tokenizer.vocabulary() - 1, tokenizer.eosId());
            if (largest >= config.vocabulary()) {
                throw new ErrataException(
                        Failure.TOKENIZER_INVALID,
                        directory + ": largest token id: " + largest + " (expected: below vocab_size, " + config.vocabulary() + ")");
            }
            Weights weights = new Weights(TensorFiles.in(directory, layout.names().decoder()), manager);
            Transformer transformer = layout.assemble(weights);
            return new CausalLm(layout, tokenizer, transformer, manager, weights.digest(tokenizer.json()));
        } catch (RuntimeException e) {
            manager.close();
            tokenizer.close();
            throw e;
        }
    }

    public ModelConfig config() {
        return config;
    }

    public LmTokenizer tokenizer() {
        return tokenizer;
    }

    /**
     * SHA-256 in hex over every tensor of the layout (name, shape, values as fp32 little-endian) in name order, and tokenizer.json: equal
     * digests mean equal base models.
     */
    public String digest() {
        return digest;
    }

    /** Where the weights live; sub-managers of it are on the model's device. */
    public NDManager manager() {
        return manager;
    }

    /** The name of a block's edited tensor, such as {@code transformer.h.3.mlp.fc_out.weight}. */
    public String tensorName(int block) {
        return layout.editedTensor(inRange(block));
    }

    /** Whether edited tensors are stored (d_k, d) instead of (d, d_k). */
    public boolean transposed() {
        return layout.transposed();
    }

    /** A copy of a block's edited tensor in the base model, row-major in its own layout: (d, d_k), or (d_k, d) if {@link #transposed}. */
    public float[] tensor(int block) {
        NDArray weight = transformer.blocks().get(inRange(block)).mlp().memory().weight();
        try (Scope scope = Scope.of(manager)) {
            NDArray memory = scope.enter(weight);
            return (transposed() ? memory.transpose().duplicate() : memory).toFloatArray();
        }
    }

    /** What blocks need to know of the positions of these rows; attached to {@code m}. */
    public Attention attention(TokenRows rows, NDManager m) {
        try (NDArray positions = rows.positions(m)) {
            return attention(positions, Masks.causal(rows.width(), m), Map.of());
        }
    }

    /**
     * What blocks need to know of any positions.
     *
     * @param positions of the tokens that will run, (rows or 1, T), I64, each below {@link ModelConfig#positions}
     * @param mask added to attention scores, (rows or 1, 1, T, past + T): 0 where a token may look, {@link Attention#CLOSED} where not
     * @param past by block, what is known of earlier positions; blocks without it see these tokens alone
     * @return attached to the manager of {@code positions}
     */
    public Attention attention(NDArray positions, NDArray mask, Map<Integer, Past> past) {
        return new Attention(mask, transformer.rotary().map(rotary -> rotary.angles(positions)), past);
    }

    /**
     * The residual stream before the first block.
     *
     * @return (rows, T, d), attached to {@code m}
     * @throws ErrataException {@link Failure#FACT_TOO_MANY_TOKENS} if a row is longer than the model's positions
     */
    public NDArray embed(TokenRows rows, NDManager m) {
        if (rows.width() > config.positions()) {
            throw new ErrataException(
                    Failure.FACT_TOO_MANY_TOKENS,
                    "tokens in a row: " + rows.width() + " (expected: at most the model's " + config.positions() + " positions)");
        }
        long[] range = rows.idRange();
        if (range[0] < 0 || range[1] >= config.vocabulary()) {
            throw new IllegalArgumentException(
                    "token ids: " + range[0] + " to " + range[1] + " (expected: 0 to " + (config.vocabulary() - 1) + ")");
        }
        try (Scope scope = Scope.of(m)) {
            return scope.leave(embed(rows.ids(scope.manager()), rows.positions(scope.manager())));
        }
    }

    /**
     * The residual stream before the first block, for tokens that do not begin at position 0.
     *
     * @param ids (rows, T), I64, each below the vocabulary
     * @param positions (rows or 1, T), I64, each below {@link ModelConfig#positions}
     * @return (rows, T, d), attached to the manager of {@code ids}
     */
    public NDArray embed(NDArray ids, NDArray positions) {
        return transformer.embed(ids, positions);
    }

    /**
     * One block.
     *
     * @param hidden the residual stream before it, (rows, T, d)
     * @return the residual stream after it, (rows, T, d), attached to the manager of {@code hidden}
     */
    public NDArray block(int l, NDArray hidden, Attention attention, Overlay overlay, Tap tap) {
        return transformer.blocks().get(inRange(l)).apply(hidden, attention, overlay, tap);
    }

    /**
     * Blocks {@code from} to {@code to - 1}, one after the other.
     *
     * @param hidden the residual stream before the first of them, (rows, T, d); stays open
     * @return the residual stream after the last, attached to the manager of {@code hidden}; {@code hidden} itself if there are none
     */
    public NDArray blocks(int from, int to, NDArray hidden, Attention attention, Overlay overlay, Tap tap) {
        NDArray current = hidden;
        for (int l = from; l < to; l++) {
            NDArray next = block(l, current, attention, overlay, tap);
            if (current != hidden) {
                current.close();
            }
            current = next;
        }
        return current;
    }

    /** What a block computes before its edited tensor; of the last position alone if that is all that is asked for. */
    Block.Parts parts(int l, NDArray hidden, Attention attention, boolean last) {
        return transformer.blocks().get(inRange(l)).parts(hidden, attention, last, Tap.NONE);
    }

    /** What attention in a block remembers of these tokens alone; attached to the manager of {@code hidden}. */
    Past remember(int l, NDArray hidden, Attention attention) {
        Block block = transformer.blocks().get(inRange(l));
        try (Scope scope = Scope.of(hidden)) {
            Past past = block.attention().remember(block.norm().apply(scope.enter(hidden)), attention, scope);
            return new Past(scope.leave(past.keys()), scope.leave(past.values()));
        }
    }

    /** The parts of the model. */
    Transformer transformer() {
        return transformer;
    }

    /**
     * Final norm and head.
     *
     * @param hidden the residual stream after the last block, (…, d)
     * @return logits, (…, vocabulary), attached to the manager of {@code hidden}
     */
    public NDArray head(NDArray hidden) {
        try (Scope scope = Scope.of(hidden)) {
            return scope.leave(transformer.head().apply(transformer.norm().apply(scope.enter(hidden))));
        }
    }

    /** A whole forward pass: logits of every position, (rows, T, vocabulary), attached to {@code m}. */
    public NDArray logits(TokenRows rows, Overlay overlay, NDManager m) {
        try (Scope scope = Scope.of(m)) {
            Attention attention = attention(rows, scope.manager());
            NDArray hidden = blocks(0, config.blocks(), embed(rows, scope.manager()), attention, overlay, Tap.NONE);
            return scope.leave(head(hidden));
        }
    }

    private int inRange(int block) {
        if (block < 0 || block >= config.blocks()) {
            throw new IllegalArgumentException("block: " + block + " (expected: 0 to " + (config.blocks() - 1) + ")");
        }
        return block;
    }

    @Override
    public void close() {
        manager.close();
        tokenizer.close();
    }
}
