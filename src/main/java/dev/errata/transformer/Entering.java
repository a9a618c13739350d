package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Runs, once, all that a change does not reach: blocks below it at all positions, blocks above it at the positions before it.
 *
 * <p>A row's shared prefix is not run again. Rows run together when they have as many own tokens, so nothing is padded but the prefixes.
 *
 * <h2>Thread safety</h2> None. Owns nothing: its arrays go with the manager.
 */
final class Entering {
    private final CausalLm model;
    private final int from;
    private final List<SteeredRow> rows;
    private final SharedPrefixes prefixes;
    private final Overlay overlay;
    private final NDManager manager;
    private final int[] firstOwn;
    private final int[] firstBefore;
    private final Map<Integer, Remembered> remembered = new HashMap<>();
    private NDArray states;

    Entering(CausalLm model, int from, List<SteeredRow> rows, SharedPrefixes prefixes, Overlay overlay, NDManager manager) {
        this.model = model;
        this.from = from;
        this.rows = rows;
        this.prefixes = prefixes;
        this.overlay = overlay;
        this.manager = manager;
        this.firstOwn = new int[rows.size()];
        this.firstBefore = new int[rows.size()];
        below();
        above();
    }

    /** Blocks below the change, all own tokens: {@link #states} holds them, row after row as they were run. */
    private void below() {
        NDList parts = new NDList();
        int next = 0;
        SortedMap<Integer, List<Integer>> byLength = byLength(row -> rows.get(row).ids().length - prefix(row));
        for (Map.Entry<Integer, List<Integer>> alike : byLength.entrySet()) {
            int length = alike.getKey();
            List<Integer> some = alike.getValue();
            try (NDManager inner = manager.newSubManager()) {
                NDArray positions = positions(some, length, inner);
                NDArray embedded = model.embed(ids(some, length, inner), positions);
                NDArray hidden = model.blocks(0, from, embedded, attention(some, length, 0, from, positions), overlay, Tap.NONE);
                parts.add(attach(hidden.reshape((long) some.size() * length, -1)));
            }
            for (int row : some) {
                firstOwn[row] = next;
                next += length;
            }
        }
        states = attach(NDArrays.concat(parts));
        parts.close();
    }

    /** Blocks above the change, own tokens before it: what attention remembers of them goes behind what it does of the prefixes. */
    private void above() {
        int to = rows.stream().mapToInt(SteeredRow::until).max().orElseThrow() + 1;
        Map<Integer, NDList> keys = new HashMap<>();
        Map<Integer, NDList> values = new HashMap<>();
        for (int block = from; block < to; block++) {
            keys.put(block, new NDList(prefixes.remembered(block).keys()));
            values.put(block, new NDList(prefixes.remembered(block).values()));
        }
        int next = prefixes.tokens();
        try (NDManager inner = manager.newSubManager()) {
            for (Map.Entry<Integer, List<Integer>> alike : byLength(row -> rows.get(row).at() - prefix(row)).entrySet()) {
                int length = alike.getKey();
                List<Integer> some = alike.getValue();
                for (int row : some) {
                    firstBefore[row] = next;
                    next += length;
                }
                if (length > 0 && to > from) {
                    above(some, length, to, keys, values, inner);
                }
            }
            for (int block = from; block < to; block++) {
                NDArray all = attach(NDArrays.concat(keys.get(block)));
                remembered.put(block, new Remembered(all, attach(NDArrays.concat(values.get(block))), model.config().headDim()));
            }
        }
    }

    private void above(
            List<Integer> some, int length, int to, Map<Integer, NDList> keys, Map<Integer, NDList> values, NDManager inner) {
        Attention attention = attention(some, length, from, to - 1, positions(some, length, inner));
        int skipped = some.stream().mapToInt(this::prefix).max().orElseThrow();
        Tap tap = Tap.pasts((block, past) -> {
            keys.get(block).add(Remembered.tokens(past.keys(), skipped));
            values.get(block).add(Remembered.tokens(past.values(), skipped));
            past.keys().close();
            past.values().close();
        });
        NDArray before = states(some, row -> firstOwn[row], length, inner).reshape(some.size(), length, -1);
        NDArray hidden = model.blocks(from, to - 1, before, attention, overlay, tap);
        Past last = model.remember(to - 1, hidden, attention);
        keys.get(to - 1).add(Remembered.tokens(last.keys(), 0));
        values.get(to - 1).add(Remembered.tokens(last.values(), 0));
    }

    /**
     * Some rows, all alike, as a bundle.
     *
     * @param entry the first block above the change, if it is run for the changed positions alone
     */
    Bundle bundle(int first, int count, Optional<LaterEntry> entry, NDManager owner) {
        List<Integer> some = IntStream.range(first, first + count).boxed().toList();
        List<SteeredRow> alike = rows.subList(first, first + count);
        int length = alike.get(0).length();
        // At least one, which nobody may look at, so that there is something before the bundle's own positions.
        int room = Math.max(1, alike.stream().mapToInt(SteeredRow::at).max().orElseThrow());
        try (NDManager inner = owner.newSubManager()) {
            long[] numbers = new long[count * room];
            for (int i = 0; i < count; i++) {
                for (int position = 0; position < alike.get(i).at(); position++) {
                    numbers[i * room + position] = number(first + i, position);
                }
            }
            NDArray tokens = inner.create(numbers, new Shape(count, room));
            Map<Integer, Past> pasts = new HashMap<>();
            for (int block = from; block <= alike.get(0).until(); block++) {
                pasts.put(block, remembered.get(block).past(tokens));
            }
            NDArray ends = states(some, row -> firstOwn[row] + rows.get(row).at() - prefix(row), length, inner);
            return Bundle.of(alike, ends.reshape(count, length, -1), pasts, room, entry, owner);
        }
    }

    /** The number of a row's token in {@link #remembered}. */
    private int number(int row, int position) {
        int prefix = prefix(row);
        return position < prefix ? prefixes.first(rows.get(row).prefix()) + position : firstBefore[row] + position - prefix;
    }

    /** {@code length} states of each row from the given one on, (rows·length, d). */
    private NDArray states(List<Integer> some, IntUnaryOperator first, int length, NDManager inner) {
        long[] places = new long[some.size() * length];
        for (int i = 0; i < places.length; i++) {
            places[i] = first.applyAsInt(some.get(i / length)) + i % length;
        }
        return new Table(states).at(inner.create(places));
    }

    /** Attention of own tokens 0 … length - 1 to themselves and to their prefixes. */
    private Attention attention(List<Integer> some, int length, int fromBlock, int toBlock, NDArray positions) {
        NDManager inner = positions.getManager();
        int[] pasts = some.stream().mapToInt(this::prefix).toArray();
        int room = IntStream.of(pasts).max().orElseThrow();
        NDArray mask = Masks.behind(pasts, room, length, inner);
        Map<Integer, Past> past = new HashMap<>();
        if (room > 0) {
            long[] numbers = new long[pasts.length * room];
            for (int i = 0; i < pasts.length; i++) {
                for (int position = 0; position < pasts[i]; position++) {
                    numbers[i * room + position] = number(some.get(i), position);
                }
            }
            NDArray tokens = inner.create(numbers, new Shape(pasts.length, room));
            for (int block = fromBlock; block < toBlock; block++) {
                past.put(block, prefixes.remembered(block).past(tokens));
            }
        }
        return model.attention(positions, mask, past);
    }

    private NDArray ids(List<Integer> some, int length, NDManager inner) {
        long[] ids = new long[some.size() * length];
        for (int i = 0; i < some.size(); i++) {
            System.arraycopy(rows.get(some.get(i)).ids(), prefix(some.get(i)), ids, i * length, length);
        }
        return inner.create(ids, new Shape(some.size(), length));
    }

    private NDArray positions(List<Integer> some, int length, NDManager inner) {
        long[] positions = new long[some.size() * length];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = prefix(some.get(i / length)) + i % length;
        }
        return inner.create(positions, new Shape(some.size(), length));
    }

    private int prefix(int row) {
        return prefixes.length(rows.get(row).prefix());
    }

    private SortedMap<Integer, List<Integer>> byLength(IntUnaryOperator length) {
        SortedMap<Integer, List<Integer>> byLength = new TreeMap<>();
        for (int row = 0; row < rows.size(); row++) {
            byLength.computeIfAbsent(length.applyAsInt(row), any -> new ArrayList<>()).add(row);
        }
        return byLength;
    }

    private NDArray attach(NDArray array) {
        array.attach(manager);
        return array;
    }
}
