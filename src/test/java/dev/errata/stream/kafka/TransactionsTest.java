package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Answers of a coordinator that a real one gives too rarely, from the producer that Kafka ships for this. */
class TransactionsTest {
    private final Answering producer = new Answering();

    /** Throws these in turn before it commits, and that one when it is to abort. */
    private static final class Answering extends MockProducer<byte[], byte[]> {
        private KafkaException[] toCommit = {};
        private KafkaException toAbort;
        private int commits;
        private int aborts;

        private Answering() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public void commitTransaction() {
            if (commits < toCommit.length) {
                throw toCommit[commits++];
            }
            commits++;
            super.commitTransaction();
        }

        @Override
        public void abortTransaction() {
            aborts++;
            if (toAbort != null) {
                throw toAbort;
            }
            super.abortTransaction();
        }
    }

    private void commit() {
        new Transactions(producer).commit(out -> out.send(new ProducerRecord<>("topic", new byte[1])));
    }

    private void fails(Failure failure) {
        assertThatThrownBy(this::commit)
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(failure));
    }

    @Test
    void shouldAskAgainWhenACommitIsNotAnswered() {
        producer.toCommit = new KafkaException[] {new TimeoutException("once"), new TimeoutException("twice")};

        commit();

        assertThat(producer.history()).hasSize(1);
        assertThat(producer.aborts).isZero();
    }

    @Test
    void shouldNotAbortWhatMayBeCommitted() {
        TimeoutException no = new TimeoutException("no answer");
        producer.toCommit = new KafkaException[] {no, no, no};

        fails(Failure.COMMIT_UNKNOWN);

        assertThat(producer.aborts).isZero();
    }

    @Test
    void shouldSayThatATransactionThatTookTooLongIsAborted() {
        producer.toCommit = new KafkaException[] {new InvalidProducerEpochException("too late")};

        fails(Failure.COMMIT_ABORTED);
    }

    @Test
    void shouldKnowFromTheAnswerToItsAbortThatItIsFenced() {
        producer.toCommit = new KafkaException[] {new InvalidProducerEpochException("old epoch")};
        producer.toAbort = new ProducerFencedException("a newer one");

        fails(Failure.WORKER_FENCED);
    }

    @Test
    void shouldNotClaimToKnowWhatItCannotAbort() {
        producer.toCommit = new KafkaException[] {new KafkaException("broken")};
        producer.toAbort = new KafkaException("broken too");

        fails(Failure.COMMIT_UNKNOWN);
    }

    @Test
    void shouldSayThatNobodyElseCanHaveCommittedWhatWasNeverFilled() {
        producer.toAbort = new KafkaException("broken");

        assertThatThrownBy(() -> new Transactions(producer).commit(out -> {
                    throw new IllegalStateException("planted");
                }))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.COMMIT_ABORTED));
    }
}
