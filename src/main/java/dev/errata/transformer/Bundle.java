package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows whose ends behind the changed position are equally long, so that positions are an axis and nothing is padded; with everything
 * that stays while the changes do not.
 *
 * <h2>Thread safety</h2> None: attention writes into {@link #seen}. Owns its arrays.
 */
final class Bundle implements AutoCloseable {
    private final NDManager manager;
    private final int length;
    private final int scored;
    private final int until;
    private final int[] at;
    private final NDArray ends;
    private final NDArray mask;
    private final Map<Integer, Seen> seen;
    private final Optional<Later> later;

    private Bundle(
            NDManager manager,
            int length,
            int scored,
            int until,
            int[] at,
            NDArray ends,
            NDArray mask,
            Map<Integer, Seen> seen,
            Optional<Later> later) {
        this.manager = manager;
        this.length = length;
        this.scored = scored;
        this.until = until;
        this.at = at;
        this.ends = ends;
        this.mask = mask;
        this.seen = seen;
        this.later = later;
    }

    /**
     * @param rows all alike
     * @param ends their states before any change, (rows, length, d); the bundle's from now on
     * @param pasts by block, what attention remembers of the positions before, padded on the right to {@code room}
     * @param entry the first block above the change, if it is run for the changed position alone
     */
    static Bundle of(
            List<SteeredRow> rows, NDArray ends, Map<Integer, Past> pasts, int room, Optional<LaterEntry> entry, NDManager manager) {
        SteeredRow one = rows.get(0);
        int[] at = rows.stream().mapToInt(SteeredRow::at).toArray();
        Map<Integer, Seen> seen = new HashMap<>();
        pasts.forEach((block, past) -> {
            boolean alone = entry.isPresent() && entry.get().block() == block;
            seen.put(block, Seen.of(past, alone ? 1 : one.length(), manager));
        });
        ends.attach(manager);
        NDArray mask = Masks.behind(at, room, one.length(), manager);
        Bundle bundle = new Bundle(manager, one.length(), one.scored(), one.until(), at, ends, mask, seen, Optional.empty());
        if (entry.isEmpty() || one.length() == 1) {
            return bundle;
        }
        Later later = entry.get().later(bundle, manager);
        return new Bundle(manager, one.length(), one.scored(), one.until(), at, ends, mask, seen, Optional.of(later));
    }

    /** The same for some of the rows; this one is closed. */
    Bundle keep(int[] places) {
        NDManager kept = manager.getParentManager().newSubManager();
        try (this; NDArray picked = kept.create(places)) {
            Map<Integer, Seen> fewer = new HashMap<>();
            seen.forEach((block, all) -> fewer.put(block, all.rows(picked, kept)));
            int[] kepts = Arrays.stream(places).map(place -> at[place]).toArray();
            return new Bundle(
                    kept,
                    length,
                    scored,
                    until,
                    kepts,
                    Views.rows(ends, picked, kept),
                    Views.rows(mask, picked, kept),
                    fewer,
                    later.map(all -> all.rows(picked, kept)));
        }
    }

    int rows() {
        return at.length;
    }

    int length() {
        return length;
    }

    int scored() {
        return scored;
    }

    int until() {
        return until;
    }

    /** Positions of the tokens from {@code from} to before {@code to} behind the change, row after row. */
    long[] positions(int from, int to) {
        long[] positions = new long[at.length * (to - from)];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = at[i / (to - from)] + from + i % (to - from);
        }
        return positions;
    }

    NDArray ends() {
        return ends;
    }

    Seen seen(int block) {
        return seen.get(block);
    }

    /**
     * What is added to scores, (rows, 1, to - from, past + own): positions from {@code from} on that see {@code own} of the
     * bundle's; a view of the given manager.
     */
    NDArray mask(int from, int to, int own, NDManager m) {
        long room = mask.getShape().get(3) - length;
        NDArray some = Views.between(mask, 2, from, to, m);
        return own == length ? some : Views.between(some, 3, 0, room + own, m);
    }

    Optional<Later> later() {
        return later;
    }

    @Override
    public void close() {
        manager.close();
    }
}
