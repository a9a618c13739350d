package dev.errata.oracle;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How far a recomputed tensor may be from its recording: equal, or within both bounds.
 *
 * @param exact no difference at all; the bounds do not count
 * @param maxAbs largest difference of one element
 * @param relativeFrobenius ‖recorded − computed‖ / ‖recorded‖; infinite where a recording bounds the largest difference alone
 */
record Tolerance(boolean exact, double maxAbs, double relativeFrobenius) {

    static Tolerance of(JsonNode node) {
        if (node.path("exact").asBoolean()) {
            return new Tolerance(true, 0, 0);
        }
        if (!node.path("max_abs").isNumber()) {
            throw new IllegalArgumentException("tolerance: " + node + " (expected: exact, or max_abs and perhaps relative_frobenius)");
        }
        return new Tolerance(false, node.get("max_abs").doubleValue(), node.path("relative_frobenius").asDouble(Double.POSITIVE_INFINITY));
    }
}
