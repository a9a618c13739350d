package dev.errata.delta;

import static dev.errata.delta.Canonical.invalid;

import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The solver's half of a version: for every edited block the key and the value of each fact it wrote. Followers never read it.
 *
 * @param facts one entry for each pair: the facts that share it, usually one; may be empty where a version only takes facts out
 * @param blocks keys and values by block number; at least one block
 * @throws ErrataException {@link Failure#DELTA_INVALID}
 */
public record Pairs(List<List<FactKey>> facts, SortedMap<Integer, Block> blocks) {
    public Pairs {
        facts = facts.stream().map(List::copyOf).toList();
        blocks = Collections.unmodifiableSortedMap(new TreeMap<>(blocks));
        Set<FactKey> seen = new HashSet<>();
        for (List<FactKey> pair : facts) {
            if (pair.isEmpty()) {
                throw invalid("pair", "no fact (expected: at least one)", null);
            }
            for (FactKey key : pair) {
                if (!seen.add(key)) {
                    throw invalid("pair", "fact \"" + key + "\" twice (expected: in one pair)", null);
                }
            }
        }
        if (blocks.isEmpty() || blocks.firstKey() < 0) {
            throw invalid("blocks", blocks.keySet() + " (expected: at least one, numbered from 0)", null);
        }
        int pairs = facts.size();
        blocks.forEach((number, block) -> block.check("block " + number, pairs));
    }

    /** How many pairs there are. */
    public int size() {
        return facts.size();
    }

    /**
     * The pairs of one block: K (d_k × n) and V (d × n) with columns contiguous.
     *
     * <p>The arrays are not copied (a batch of 10,000 has 1.3 GB of keys a block) and must not be changed.
     *
     * @param keyWidth d_k
     * @param width d
     * @param keys fp64, n rows of d_k: row j is the key of pair j
     * @param values fp64, n rows of d: row j is what ΔW shall give for that key
     */
    public record Block(int keyWidth, int width, double[] keys, double[] values) {
        private void check(String block, int pairs) {
            if (keyWidth < 1 || width < 1) {
                throw invalid(block, "widths: " + keyWidth + ", " + width + " (expected: 1 or more)", null);
            }
            check(block, "keys", keys, (long) pairs * keyWidth);
            check(block, "values", values, (long) pairs * width);
        }

        private static void check(String block, String what, double[] numbers, long length) {
            if (numbers.length != length) {
                throw invalid(block, what + ": " + numbers.length + " numbers (expected: " + length + ")", null);
            }
            for (int i = 0; i < numbers.length; i++) {
                if (!Double.isFinite(numbers[i])) {
                    throw invalid(block, what + "[" + i + "]: " + numbers[i] + " (expected: a finite number)", null);
                }
            }
        }

        /** Bitwise: 0.0 and -0.0 differ. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Block o
                    && keyWidth == o.keyWidth
                    && width == o.width
                    && Arrays.equals(keys, o.keys)
                    && Arrays.equals(values, o.values);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(keys) + Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return "Block[keyWidth=" + keyWidth + ", width=" + width + "]";
        }
    }
}
