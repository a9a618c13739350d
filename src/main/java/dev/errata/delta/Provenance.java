package dev.errata.delta;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What ran to make a version.
 *
 * @param base SHA-256 of the base model
 * @param inputs SHA-256 of everything else the edit depends on, by name: {@code hyperParameters}, {@code contexts}, {@code covariance}
 * @param software name and version of Errata and of the engine
 * @param seconds wall seconds of each phase, by name
 */
public record Provenance(String base, SortedMap<String, String> inputs, String software, SortedMap<String, Double> seconds) {
    public Provenance {
        requireNonNull(base, "base");
        requireNonNull(software, "software");
        inputs = copy(inputs);
        seconds = copy(seconds);
    }

    private static <V> SortedMap<String, V> copy(Map<String, V> map) {
        return java.util.Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
