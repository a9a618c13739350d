package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * Some positions of several bundles, one after the other: bundle by bundle, row by row. Products run over all of them at once.
 *
 * @param bundles the bundles
 * @param from by bundle, the first of its positions behind the change that is taken
 * @param to by bundle, the one behind the last
 */
record Packing(List<Bundle> bundles, int[] from, int[] to) {

    /** All positions that a change can reach. */
    static Packing ends(List<Bundle> bundles) {
        return new Packing(bundles, new int[bundles.size()], bundles.stream().mapToInt(Bundle::length).toArray());
    }

    /** The changed positions alone. */
    static Packing changed(List<Bundle> bundles) {
        return new Packing(bundles, new int[bundles.size()], bundles.stream().mapToInt(bundle -> 1).toArray());
    }

    /** The positions behind the changed ones; some bundles may have none. */
    static Packing later(List<Bundle> bundles) {
        int[] from = bundles.stream().mapToInt(bundle -> 1).toArray();
        return new Packing(bundles, from, bundles.stream().mapToInt(Bundle::length).toArray());
    }

    /** What leaves a block: the scored positions of bundles that end there, all positions of others. */
    static Packing leaving(List<Bundle> bundles, int block) {
        int[] from = bundles.stream()
                .mapToInt(bundle -> bundle.until() == block ? bundle.length() - bundle.scored() : 0).toArray();
        return new Packing(bundles, from, bundles.stream().mapToInt(Bundle::length).toArray());
    }

    int width(int bundle) {
        return to[bundle] - from[bundle];
    }

    int size(int bundle) {
        return bundles.get(bundle).rows() * width(bundle);
    }

    int size() {
        int size = 0;
        for (int bundle = 0; bundle < from.length; bundle++) {
            size += size(bundle);
        }
        return size;
    }

    /** Whether these are all positions that a change can reach. */
    boolean whole() {
        for (int bundle = 0; bundle < from.length; bundle++) {
            if (width(bundle) < bundles.get(bundle).length()) {
                return false;
            }
        }
        return true;
    }

    /** Positions in their rows. */
    long[] positions() {
        long[] positions = new long[size()];
        int at = 0;
        for (int bundle = 0; bundle < from.length; bundle++) {
            long[] some = bundles.get(bundle).positions(from[bundle], to[bundle]);
            System.arraycopy(some, 0, positions, at, some.length);
            at += some.length;
        }
        return positions;
    }

    /** Where these positions are among all that a change can reach. */
    long[] places() {
        long[] places = new long[size()];
        int at = 0;
        int start = 0;
        for (int bundle = 0; bundle < from.length; bundle++) {
            int length = bundles.get(bundle).length();
            for (int row = 0; row < bundles.get(bundle).rows(); row++) {
                for (int position = from[bundle]; position < to[bundle]; position++) {
                    places[at++] = start + position;
                }
                start += length;
            }
        }
        return places;
    }

    /** The bundles' shares of an array (size, …), as views of a manager. */
    NDList parts(NDArray packed, NDManager manager) {
        if (from.length == 1) {
            return new NDList(Views.of(packed, manager));
        }
        long[] borders = new long[from.length - 1];
        long border = 0;
        for (int bundle = 0; bundle < borders.length; bundle++) {
            border += size(bundle);
            borders[bundle] = border;
        }
        NDList parts = packed.split(borders, 0);
        parts.attach(manager);
        return parts;
    }
}
