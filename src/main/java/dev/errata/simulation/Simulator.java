package dev.errata.simulation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Runs schedules by their seeds: those of the production code, of which none may end in a violation, and those with a planted bug, one
 * of which must.
 *
 * <h2>Thread safety</h2> Stateless; schedules run side by side in the common pool.
 */
public final class Simulator {
    /** In so many schedules each planted bug has to be found. */
    public static final int PLANTED_MAX = 1000;

    private static final int STRIDE = 8;

    private Simulator() {}

    /** A schedule that ended in a state that must not be. */
    public record Violation(long seed, List<String> findings) {
        public Violation {
            findings = List.copyOf(findings);
        }
    }

    /**
     * What became of a planted bug.
     *
     * @param seed of the first schedule that found it, -1 when none did
     * @param finding the first of what it found
     */
    public record Hunted(String name, boolean found, long seed, String finding) {}

    /**
     * Runs one schedule.
     *
     * @param trace hears of every step, a line each
     * @return what does not hold, in words
     */
    public static List<String> replay(long seed, Optional<Planted> planted, Optional<Consumer<String>> trace) {
        return new Schedule(seed, planted, trace).run();
    }

    /** Runs so many schedules from a seed on, and gives those that violate something, by seed. */
    public static List<Violation> run(long first, int schedules) {
        return LongStream.range(first, first + schedules)
                .parallel()
                .mapToObj(seed -> new Violation(seed, replay(seed, Optional.empty(), Optional.empty())))
                .filter(violation -> !violation.findings().isEmpty())
                .toList();
    }

    /** Looks for every planted bug. */
    public static List<Hunted> hunt() {
        return Arrays.stream(Planted.values()).map(Simulator::hunt).toList();
    }

    private static Hunted hunt(Planted planted) {
        String name = planted.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        for (int from = 0; from < PLANTED_MAX; from += STRIDE) {
            Optional<Violation> first = IntStream.range(from, Math.min(from + STRIDE, PLANTED_MAX))
                    .parallel()
                    .mapToObj(seed -> new Violation(seed, replay(seed, Optional.of(planted), Optional.empty())))
                    .filter(violation -> !violation.findings().isEmpty())
                    .findFirst();
            if (first.isPresent()) {
                return new Hunted(name, true, first.get().seed(), first.get().findings().get(0));
            }
        }
        return new Hunted(name, false, -1, "");
    }
}
