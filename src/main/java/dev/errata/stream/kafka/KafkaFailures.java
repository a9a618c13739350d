package dev.errata.stream.kafka;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What an error means here, of a Kafka client above all. */
final class KafkaFailures {
    private KafkaFailures() {}

    static ErrataException of(String doing, KafkaException error) {
        return of(meaning(error), doing, error);
    }

    static ErrataException of(Failure code, String doing, Throwable error) {
        return new ErrataException(code, doing + ": " + error.getClass().getSimpleName() + ": " + error.getMessage(), error);
    }

    /** The code of something that was thrown; INTERNAL where it has none. */
    static Failure code(RuntimeException thrown) {
        return thrown instanceof ErrataException coded ? coded.failure() : Failure.INTERNAL;
    }

    private static Failure meaning(KafkaException error) {
        // A producer that is asked again while it still turns from what went wrong tells that as the cause of an exception without a type.
        if (error.getClass() == KafkaException.class && error.getCause() instanceof KafkaException cause) {
            return meaning(cause);
        }
        if (error instanceof ProducerFencedException) {
            return Failure.WORKER_FENCED;
        }
        if (error instanceof UnknownTopicOrPartitionException
                || error instanceof InvalidTopicException
                || error instanceof InvalidOffsetException) {
            return Failure.TOPIC_MISMATCH;
        }
        boolean unreachable = error instanceof RetriableException
                || error instanceof AuthenticationException
                || error instanceof AuthorizationException
                || error instanceof InterruptException;
        return unreachable ? Failure.LOG_UNREACHABLE : Failure.INTERNAL;
    }
}
