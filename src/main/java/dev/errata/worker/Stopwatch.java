package dev.errata.worker;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Wall seconds by phase; a phase that comes twice is added up. Not thread-safe. */
final class Stopwatch {
    private final SortedMap<String, Double> seconds = new TreeMap<>();

    <T> T time(String phase, Supplier<T> work) {
        long start = System.nanoTime();
        try {
            return work.get();
        } finally {
            seconds.merge(phase, (System.nanoTime() - start) / 1e9, Double::sum);
        }
    }

    void add(Map<String, Double> measured) {
        measured.forEach((phase, time) -> seconds.merge(phase, time, Double::sum));
    }

    SortedMap<String, Double> seconds() {
        return new TreeMap<>(seconds);
    }
}
