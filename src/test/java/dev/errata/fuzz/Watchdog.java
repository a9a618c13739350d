package dev.errata.fuzz;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Runs a fuzzer in a thread of its own and does not wait for ever: an input that is not read after so long is a finding. The thread that
 * reads it is left to itself, as Java has no way to stop it.
 */
final class Watchdog {
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private Watchdog() {}

    static Tally run(Fuzzer fuzzer, long inputs, Duration patience) throws InterruptedException {
        Tally[] tally = new Tally[1];
        Thread thread = new Thread(() -> tally[0] = fuzzer.run(inputs), "fuzzer");
        thread.setDaemon(true);
        thread.start();
        while (thread.isAlive()) {
            thread.join(Math.min(1000, patience.toMillis()));
            if (thread.isAlive() && System.nanoTime() - fuzzer.since() > patience.toNanos()) {
                Tally hung = new Tally("hung");
                hung.findings.add(new Tally.Finding("was not read in " + patience + " at " + stack(thread), fuzzer.current(), null));
                return hung;
            }
        }
        if (tally[0] == null) {
            throw new IllegalStateException("the fuzzer itself failed; its thread has printed why");
        }
        return tally[0];
    }

    private static String stack(Thread thread) {
        return Arrays.stream(thread.getStackTrace()).limit(12).map(StackTraceElement::toString).collect(Collectors.joining(" < "));
    }
}
