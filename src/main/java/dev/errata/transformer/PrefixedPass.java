package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Rows behind shared prefixes on their way through the blocks, read at their last positions. It stands in a block, before its edited
 * tensor, and can be taken on from there again with other weights from that tensor on: what an edit leaves as it is need not run
 * again. Of the last block only the last positions are computed, but for what attention is told by the others.
 *
 * <p>Rows run together when they have as many tokens behind their prefix, so nothing is padded but the prefixes.
 *
 * <h2>Thread safety</h2> None. Owns what it stands at: d + d_k numbers for each token behind a prefix.
 */
public final class PrefixedPass implements AutoCloseable {
    private final CausalLm model;
    private final NDManager manager;
    private final List<Group> groups = new ArrayList<>();
    private final int rows;
    private final int last;
    private int standing = -1;

    /**
     * A row of tokens.
     *
     * @param ids all of them; the live array, not to be changed
     * @param prefix which of the {@link SharedPrefixes} it begins with; it ends before the last token
     */
    public record Row(long[] ids, int prefix) {}

    private PrefixedPass(CausalLm model, int rows, int last) {
        this.model = model;
        this.rows = rows;
        this.last = last;
        this.manager = model.manager().newSubManager();
    }

    /**
     * Stands before the first block.
     *
     * @param last the last block that is run
     */
    public static PrefixedPass begin(CausalLm model, List<Row> rows, int last, SharedPrefixes prefixes) {
        PrefixedPass pass = new PrefixedPass(model, rows.size(), last);
        SortedMap<Integer, List<Integer>> byLength = new TreeMap<>();
        for (int row = 0; row < rows.size(); row++) {
            int own = rows.get(row).ids().length - prefixes.length(rows.get(row).prefix());
            byLength.computeIfAbsent(own, any -> new ArrayList<>()).add(row);
        }
        byLength.forEach((length, places) -> pass.groups.add(pass.group(rows, places, length, prefixes)));
        return pass;
    }

    private Group group(List<Row> rows, List<Integer> places, int length, SharedPrefixes prefixes) {
        long[] ids = new long[places.size() * length];
        long[] positions = new long[ids.length];
        int[] before = new int[places.size()];
        int[] numbers = new int[places.size()];
        for (int i = 0; i < before.length; i++) {
            Row row = rows.get(places.get(i));
            numbers[i] = row.prefix();
            before[i] = prefixes.length(row.prefix());
            System.arraycopy(row.ids(), before[i], ids, i * length, length);
            for (int t = 0; t < length; t++) {
                positions[i * length + t] = before[i] + t;
            }
        }
        Shape shape = new Shape(before.length, length);
        NDArray at = manager.create(positions, shape);
        Group group = new Group(places, length, numbers, before, at);
        try (NDArray tokens = manager.create(ids, shape)) {
            group.embedded = model.embed(tokens, at);
        }
        return group;
    }

    /**
     * Runs on into a block.
     *
     * @param block behind the one that it stands in
     * @param prefixes of the same texts as before, with these weights, up to this block
     * @return its keys at the rows' last positions, (rows, d_k) row-major
     */
    public float[] advance(int block, SharedPrefixes prefixes, Overlay overlay) {
        float[] keys = new float[rows * model.config().keyWidth()];
        for (Group group : groups) {
            try (NDManager inner = manager.newSubManager()) {
                Attention attention = group.attention(model, standing + 1, block, prefixes, inner);
                NDArray entering = group.entering(model, standing, overlay, inner);
                NDArray hidden = model.blocks(standing + 1, block, entering, attention, overlay, Tap.NONE);
                group.stand(model.parts(block, hidden, attention, block == last), manager);
                group.last(group.parts.key(), keys);
            }
        }
        standing = block;
        return keys;
    }

    /**
     * Runs through the last block, and goes on standing where it stood.
     *
     * @param prefixes of the same texts as before, with these weights, up to the last block
     * @return what leaves it at the rows' last positions, (rows, d) row-major
     */
    public float[] finish(SharedPrefixes prefixes, Overlay overlay) {
        float[] states = new float[rows * model.config().width()];
        for (Group group : groups) {
            try (NDManager inner = manager.newSubManager()) {
                NDArray left = group.entering(model, standing, overlay, inner);
                if (standing < last) {
                    Attention attention = group.attention(model, standing + 1, last, prefixes, inner);
                    NDArray before = model.blocks(standing + 1, last, left, attention, overlay, Tap.NONE);
                    Block.Parts end = model.parts(last, before, attention, true);
                    left = model.transformer().blocks().get(last).leaving(end, overlay);
                }
                group.last(left, states);
            }
        }
        return states;
    }

    /** Rows of one length. */
    private static final class Group {
        private final List<Integer> places;
        private final int length;
        private final int[] prefixes;
        private final int[] before;
        private final NDArray positions;
        private NDArray embedded;
        private Block.Parts parts;

        Group(List<Integer> places, int length, int[] prefixes, int[] before, NDArray positions) {
            this.places = places;
            this.length = length;
            this.prefixes = prefixes;
            this.before = before;
            this.positions = positions;
        }

        /** What leaves the block that it stands in, with its tensor as it is now. */
        NDArray entering(CausalLm model, int standing, Overlay overlay, NDManager inner) {
            if (standing < 0) {
                return Views.of(embedded, inner);
            }
            NDArray leaving = model.transformer().blocks().get(standing).leaving(parts, overlay);
            leaving.attach(inner);
            return leaving;
        }

        void stand(Block.Parts next, NDManager owner) {
            if (parts == null) {
                embedded.close();
            } else {
                parts.close();
            }
            next.rest().attach(owner);
            next.key().attach(owner);
            parts = next;
        }

        /** For these blocks, both included. */
        Attention attention(CausalLm model, int from, int to, SharedPrefixes shared, NDManager inner) {
            NDArray at = Views.of(positions, inner);
            int room = 0;
            for (int tokens : before) {
                room = Math.max(room, tokens);
            }
            Map<Integer, Past> pasts = new HashMap<>();
            if (room > 0) {
                long[] numbers = new long[before.length * room];
                for (int i = 0; i < before.length; i++) {
                    for (int t = 0; t < before[i]; t++) {
                        numbers[i * room + t] = shared.first(prefixes[i]) + t;
                    }
                }
                NDArray tokens = inner.create(numbers, new Shape(before.length, room));
                for (int block = from; block <= to; block++) {
                    pasts.put(block, shared.remembered(block).past(tokens));
                }
            }
            return model.attention(at, Masks.behind(before, room, length, inner), pasts);
        }

        /** Takes the last positions of (rows, T, features) down, each at its row's place. */
        void last(NDArray values, float[] to) {
            try (NDManager inner = values.getManager().newSubManager();
                    NDArray last = Views.last(values, inner)) {
                float[] read = last.toFloatArray();
                int width = read.length / places.size();
                for (int i = 0; i < places.size(); i++) {
                    System.arraycopy(read, i * width, to, places.get(i) * width, width);
                }
            }
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
