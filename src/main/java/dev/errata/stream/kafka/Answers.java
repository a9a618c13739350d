package dev.errata.stream.kafka;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.common.KafkaException;

/** Waits for what a Kafka client promised. Its own time-outs bound the wait. */
final class Answers {
    private Answers() {}

    /** @throws ErrataException with the code of what went wrong */
    static <T> T of(String doing, Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw KafkaFailures.of(Failure.LOG_UNREACHABLE, doing, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KafkaException cause) {
                throw KafkaFailures.of(doing, cause);
            }
            throw KafkaFailures.of(Failure.INTERNAL, doing, e.getCause());
        }
    }
}
