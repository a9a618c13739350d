package dev.errata.memit;

import dev.errata.memit.Progress.Phase;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Adds up the wall time of an edit's phases. */
final class PhaseClock {
    private static final double NANOS = 1e9;

    private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);

    <T> T time(Phase phase, Supplier<T> work) {
        long start = System.nanoTime();
        try {
            return work.get();
        } finally {
            nanos.merge(phase, System.nanoTime() - start, Long::sum);
        }
    }

    /** Seconds by the phase's label; a phase that did not occur is not in it. */
    SortedMap<String, Double> seconds() {
        SortedMap<String, Double> seconds = new TreeMap<>();
        nanos.forEach((phase, time) -> seconds.put(phase.label(), time / NANOS));
        return seconds;
    }
}
