package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts that many rows begin with, run once: what attention remembers of their tokens in every block.
 *
 * <p>Their tokens are numbered from 1; number 0 stands for no token.
 *
 * <h2>Thread safety</h2> Immutable. Close it when no row uses it any more.
 */
public final class SharedPrefixes implements AutoCloseable {
    private final NDManager manager;
    private final List<long[]> prefixes;
    private final Map<Integer, Remembered> blocks = new HashMap<>();

    private SharedPrefixes(NDManager manager, List<long[]> prefixes) {
        this.manager = manager;
        this.prefixes = List.copyOf(prefixes);
    }

    /** @param prefixes token ids from position 0 on; one may be empty */
    public static SharedPrefixes of(CausalLm model, List<long[]> prefixes, Overlay overlay) {
        return of(model, prefixes, model.config().blocks(), overlay);
    }

    /** The same for blocks 0 to {@code to - 1} alone. */
    public static SharedPrefixes of(CausalLm model, List<long[]> prefixes, int to, Overlay overlay) {
        SharedPrefixes shared = new SharedPrefixes(model.manager().newSubManager(), prefixes);
        try (NDManager inner = shared.manager.newSubManager()) {
            shared.run(model, to, overlay, inner);
            return shared;
        } catch (RuntimeException e) {
            shared.close();
            throw e;
        }
    }

    private void run(CausalLm model, int to, Overlay overlay, NDManager inner) {
        ModelConfig config = model.config();
        NDArray none = inner.zeros(new Shape(1, (long) config.keyHeads() * config.headDim()));
        Map<Integer, NDList> keys = new HashMap<>();
        Map<Integer, NDList> values = new HashMap<>();
        for (int block = 0; block < to; block++) {
            keys.put(block, new NDList(none));
            values.put(block, new NDList(none));
        }
        Tap tap = Tap.pasts((block, past) -> {
            keys.get(block).add(Remembered.tokens(past.keys(), 0));
            values.get(block).add(Remembered.tokens(past.values(), 0));
        });
        for (long[] prefix : prefixes) {
            if (prefix.length > 0) {
                TokenRows row = TokenRows.of(prefix);
                model.blocks(0, to, model.embed(row, inner), model.attention(row, inner), overlay, tap).close();
            }
        }
        for (int block = 0; block < to; block++) {
            blocks.put(block, new Remembered(joined(keys.get(block)), joined(values.get(block)), config.headDim()));
        }
    }

    private NDArray joined(NDList tokens) {
        NDArray joined = NDArrays.concat(tokens);
        joined.attach(manager);
        return joined;
    }

    /** Tokens of a prefix. */
    public int length(int prefix) {
        return prefixes.get(prefix).length;
    }

    /** The number of a prefix's first token. */
    int first(int prefix) {
        return 1 + prefixes.subList(0, prefix).stream().mapToInt(before -> before.length).sum();
    }

    /** How many tokens there are with the one that stands for none. */
    int tokens() {
        return first(prefixes.size());
    }

    /** What attention remembers of no token and of all tokens, by their numbers. */
    Remembered remembered(int block) {
        return blocks.get(block);
    }

    @Override
    public void close() {
        manager.close();
    }
}
