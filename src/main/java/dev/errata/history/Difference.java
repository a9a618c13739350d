package dev.errata.history;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What is different between two versions.
 *
 * @param tensors every edited tensor; none when there is only the base model
 * @param in live in {@code to}, with no live fact of that key in {@code from}
 * @param out the other way round
 * @param changed keys that have another object
 * @param totals how many there are; the lists hold as many as were asked for at most
 */
public record Difference(
        long from, long to, List<Tensor> tensors, List<FactLine> in, List<FactLine> out, List<Changed> changed, Totals totals) {
    public Difference {
        tensors = List.copyOf(tensors);
        in = List.copyOf(in);
        out = List.copyOf(out);
        changed = List.copyOf(changed);
        requireNonNull(totals, "totals");
    }

    /**
     * An edited tensor.
     *
     * @param fromDigest SHA-256 of its values
     * @param fromChangeNorm ‖W − W₀‖ as the version's evaluation says; 0 for the base
     */
    public record Tensor(
            String name, String fromDigest, String toDigest, OptionalDouble fromChangeNorm, OptionalDouble toChangeNorm) {
        public boolean same() {
            return fromDigest.equals(toDigest);
        }
    }

    /** A key whose object is another one. */
    public record Changed(FactLine from, FactLine to) {}

    /** @param restated keys with the same object, written anew by another event; they are in no list */
    public record Totals(int in, int out, int changed, int restated) {}
}
