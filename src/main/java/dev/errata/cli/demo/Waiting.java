package dev.errata.cli.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Polls for what must come, and says every now and then that it waits, and for what. */
record Waiting(Screen screen) {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration TICK = Duration.ofSeconds(5);

    void await(String what, BooleanSupplier done) {
        await(what, done, () -> "");
    }

    void await(String what, BooleanSupplier done, Supplier<String> progress) {
        Instant end = Instant.now().plus(PATIENCE);
        Instant tick = Instant.now().plus(TICK);
        while (!done.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException("waited " + PATIENCE.toSeconds() + " s for " + what);
            }
            if (Instant.now().isAfter(tick)) {
                tick = Instant.now().plus(TICK);
                screen.say("... %s %s", what, progress.get());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
