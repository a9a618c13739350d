package dev.errata.experiment;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One line of a benchmark.
 *
 * @param n the size: how many facts
 * @param factsPerSecond Errata's
 * @param reference the reference's way in the same run, where it was measured
 * @param phases wall seconds by phase
 * @param more what else was measured, by its name in JSON
 */
public record BenchRow(
        int n, double factsPerSecond, OptionalDouble reference, Map<String, Double> phases, Map<String, Double> more) {
    private static final double DIGITS = 1e4;

    public BenchRow {
        phases = Collections.unmodifiableMap(new LinkedHashMap<>(phases));
        more = Collections.unmodifiableMap(new LinkedHashMap<>(more));
    }

    /** How many times as fast Errata is. */
    public OptionalDouble ratio() {
        return reference.isPresent() ? OptionalDouble.of(factsPerSecond / reference.getAsDouble()) : OptionalDouble.empty();
    }

    /** The row as JSON. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("n", n).put("facts_per_second", round(factsPerSecond));
        reference.ifPresent(value -> json.put("reference_way_facts_per_second", round(value)));
        ratio().ifPresent(value -> json.put("ratio", round(value)));
        ObjectNode times = json.putObject("phases");
        phases.forEach((phase, seconds) -> times.put(phase, round(seconds)));
        more.forEach((name, value) -> {
            if (value == Math.rint(value)) {
                json.put(name, value.longValue());
            } else {
                json.put(name, round(value));
            }
        });
        return json;
    }

    /** Four significant decimals; small numbers keep as many digits. */
    private static double round(double value) {
        double scale = Math.abs(value) >= 1 || value == 0 ? DIGITS : DIGITS * Math.pow(10, Math.ceil(-Math.log10(Math.abs(value))));
        return Math.round(value * scale) / scale;
    }
}
