package dev.errata.service;

import dev.errata.memit.Reading;
import java.time.Duration;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Says every few seconds how far the text of a covariance has been read, and how long the rest will take at most.
 *
 * <h2>Thread safety</h2> None.
 */
final class CovarianceProgress implements Consumer<Reading> {
    private static final Logger LOG = Logger.getLogger(CovarianceProgress.class);
    private static final long EVERY_NANOS = 5_000_000_000L;

    private long next = System.nanoTime() + EVERY_NANOS;
    private long start = System.nanoTime();
    /** What was read when the first report came: another process may have read it. */
    private double before = Double.NaN;

    @Override
    public void accept(Reading reading) {
        long now = System.nanoTime();
        if (Double.isNaN(before)) {
            before = reading.fraction();
            start = now;
        }
        if (now < next) {
            return;
        }
        next = now + EVERY_NANOS;
        LOG.infof(
                "covariance: %d tokens, %.0f %%, standard error %.3f, at most %s left",
                reading.tokens(), 100 * reading.fraction(), reading.standardError(), left(now - start, before, reading.fraction()));
    }

    /** Time for the rest, at the rate since {@code before}. */
    static String left(long nanos, double before, double fraction) {
        if (!(fraction > before)) {
            return "an unknown time";
        }
        Duration left = Duration.ofNanos((long) (nanos * (1 - fraction) / (fraction - before)));
        return left.toHours() > 0 ? left.toHours() + " h " + left.toMinutesPart() + " min" : left.toMinutes() > 0
                ? left.toMinutes() + " min " + left.toSecondsPart() + " s" : left.toSeconds() + " s";
    }
}
