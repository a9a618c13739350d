package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.failure.Failure;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class KafkaFailuresTest {
    @Test
    void shouldTellWhatAnErrorMeansHere() {
        assertThat(code(new TimeoutException("late"))).isEqualTo(Failure.LOG_UNREACHABLE);
        assertThat(code(new ClusterAuthorizationException("no"))).isEqualTo(Failure.LOG_UNREACHABLE);
        assertThat(code(new ProducerFencedException("old"))).isEqualTo(Failure.WORKER_FENCED);
        assertThat(code(new InvalidTopicException("name"))).isEqualTo(Failure.TOPIC_MISMATCH);
        assertThat(code(new SerializationException("bytes"))).isEqualTo(Failure.INTERNAL);
        assertThat(code(new KafkaException("something"))).isEqualTo(Failure.INTERNAL);
    }

    /** What a producer without rights throws when it is asked again before it has turned from the refusal. */
    @Test
    void shouldLookAtTheCauseWhenTheErrorItselfSaysNothing() {
        KafkaException state = new KafkaException("we are in an error state", new ClusterAuthorizationException("no"));

        assertThat(code(state)).isEqualTo(Failure.LOG_UNREACHABLE);
        assertThat(code(new KafkaException("outer", state))).isEqualTo(Failure.LOG_UNREACHABLE);
        assertThat(code(new KafkaException("state", new IllegalArgumentException("no")))).isEqualTo(Failure.INTERNAL);
    }

    private static Failure code(KafkaException error) {
        return KafkaFailures.of("trying", error).failure();
    }
}
