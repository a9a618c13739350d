package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The texts that many rows begin with, run once: what attention remembers of their tokens in every block.
 *
 * <p>Their tokens are numbered from 1; number 0 stands for no token. Those of the base model are kept for the next who asks for the same
 * ({@link KeptPrefixes}).
 *
 * <h2>Thread safety</h2> Immutable. Close it once, when no row uses it any more.
 */
public final class SharedPrefixes implements AutoCloseable {
    private final CausalLm model;
    private final boolean base;
    private final NDManager manager;
    private final List<long[]> prefixes;
    private final int[] firsts;
    private final Map<Integer, Remembered> blocks = new HashMap<>();

    private SharedPrefixes(CausalLm model, boolean base, List<long[]> prefixes) {
        this.model = model;
        this.base = base;
        this.manager = model.manager().newSubManager();
        this.prefixes = List.copyOf(prefixes);
        this.firsts = new int[prefixes.size()];
        int next = 1;
        for (List<Integer> alike : byLength()) {
            for (int prefix : alike) {
                firsts[prefix] = next;
                next += prefixes.get(prefix).length;
            }
        }
    }

    /** Those that have tokens, equally long ones together: they run without padding. */
    private Collection<List<Integer>> byLength() {
        return IntStream.range(0, prefixes.size()).boxed()
                .filter(prefix -> prefixes.get(prefix).length > 0)
                .collect(Collectors.groupingBy(prefix -> prefixes.get(prefix).length, TreeMap::new, Collectors.toList()))
                .values();
    }

    /** @param prefixes token ids from position 0 on; one may be empty */
    public static SharedPrefixes of(CausalLm model, List<long[]> prefixes, Overlay overlay) {
        return of(model, prefixes, model.config().blocks(), overlay);
    }

    /** The same for blocks 0 to {@code to - 1} alone. */
    public static SharedPrefixes of(CausalLm model, List<long[]> prefixes, int to, Overlay overlay) {
        boolean base = overlay == Overlay.NONE;
        return (base ? model.prefixes().take(prefixes, to) : Optional.<SharedPrefixes>empty()).orElseGet(() -> {
            SharedPrefixes shared = new SharedPrefixes(model, base, prefixes);
            try (NDManager inner = shared.manager.newSubManager()) {
                shared.run(to, overlay, inner);
                return shared;
            } catch (RuntimeException e) {
                shared.free();
                throw e;
            }
        });
    }

    private void run(int to, Overlay overlay, NDManager inner) {
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
        for (List<Integer> alike : byLength()) {
            TokenRows rows = TokenRows.of(alike.stream().map(prefixes::get).toList(), 0);
            model.blocks(0, to, model.embed(rows, inner), model.attention(rows, inner), overlay, tap).close();
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

    /** The number of a prefix's first token; they follow each other as they were run. */
    int first(int prefix) {
        return firsts[prefix];
    }

    /** How many tokens there are with the one that stands for none. */
    int tokens() {
        return 1 + prefixes.stream().mapToInt(prefix -> prefix.length).sum();
    }

    /** What attention remembers of no token and of all tokens, by their numbers. */
    Remembered remembered(int block) {
        return blocks.get(block);
    }

    /** Whether it has these texts in all blocks below {@code to}. */
    boolean has(List<long[]> texts, int to) {
        return blocks.containsKey(to - 1) && Arrays.deepEquals(prefixes.toArray(), texts.toArray());
    }

    @Override
    public void close() {
        if (base && tokens() > 1) {
            model.prefixes().put(this);
        } else {
            free();
        }
    }

    void free() {
        manager.close();
    }
}
