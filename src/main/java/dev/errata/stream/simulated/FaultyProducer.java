package dev.errata.stream.simulated;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.TimeoutException;

/** A producer with a planted bug ({@link Misdeed}). One thread. */
final class FaultyProducer extends SimulatedProducer {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String DELTAS = "deltas";
    private static final String LEDGER = "ledger";
    private static final String BATCHES = "batches";
    private static final String VERSIONS = "versions";

    private final Misdeed misdeed;
    private final List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
    private Map<TopicPartition, OffsetAndMetadata> offsets;
    private ConsumerGroupMetadata group;
    private ProducerRecord<byte[], byte[]> held;

    FaultyProducer(SimulatedBroker broker, Fate fate, String id, Misdeed misdeed) {
        super(broker, fate, id);
        this.misdeed = misdeed;
    }

    @Override
    public void beginTransaction() {
        sent.clear();
        offsets = null;
        held = null;
        super.beginTransaction();
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        if (misdeed == Misdeed.LEDGER_FROM_LOSING_TRANSACTION && record.topic().endsWith(LEDGER)) {
            fate.step("send to " + record.topic());
            broker.append(record);
            return CompletableFuture.completedFuture(null);
        }
        if (misdeed == Misdeed.CHUNK_ORDER_IGNORED && record.topic().endsWith(DELTAS) && held == null) {
            held = record;
            return CompletableFuture.completedFuture(null);
        }
        sent.add(record);
        Future<RecordMetadata> future =
                super.send(misdeed == Misdeed.SAME_SUBJECT_TWICE && isBatch(record) ? doubled(record) : record);
        if (held != null) {
            super.send(held);
            held = null;
        }
        return future;
    }

    @Override
    public void sendOffsetsToTransaction(Map<TopicPartition, OffsetAndMetadata> consumed, ConsumerGroupMetadata of) {
        offsets = consumed;
        group = of;
        if (misdeed == Misdeed.OFFSET_OUTSIDE_TRANSACTION) {
            answered("offsets of " + of.groupId());
            broker.commitOffsets(of.groupId(), consumed);
        } else {
            super.sendOffsetsToTransaction(consumed, of);
        }
    }

    @Override
    public void commitTransaction() {
        try {
            super.commitTransaction();
        } catch (InvalidProducerEpochException e) {
            if (misdeed != Misdeed.ABORT_FORGOTTEN) {
                throw e;
            }
            initTransactions();
        } catch (TimeoutException e) {
            if (misdeed == Misdeed.RETRY_WITH_FRESH_ID && sent.stream().anyMatch(FaultyProducer::isBatch)
                    || misdeed == Misdeed.REJECT_SENT_AGAIN && isReject()) {
                again();
            } else if (misdeed == Misdeed.UNKNOWN_IS_DONE) {
                initTransactions();
            } else {
                throw e;
            }
        }
    }

    private void again() {
        initTransactions();
        List<ProducerRecord<byte[], byte[]>> all = List.copyOf(sent);
        beginTransaction();
        all.forEach(record -> super.send(isBatch(record) ? renamed(record) : record));
        if (offsets != null) {
            super.sendOffsetsToTransaction(offsets, group);
        }
        super.commitTransaction();
    }

    /** Whoever carries out an intent of the log commits its offset. */
    private boolean isReject() {
        return offsets == null && sent.stream().anyMatch(record -> record.topic().endsWith(VERSIONS));
    }

    private static boolean isBatch(ProducerRecord<byte[], byte[]> record) {
        return record.topic().endsWith(BATCHES);
    }

    private static ProducerRecord<byte[], byte[]> doubled(ProducerRecord<byte[], byte[]> record) {
        try {
            ObjectNode batch = (ObjectNode) MAPPER.readTree(record.value());
            ArrayNode arrivals = (ArrayNode) batch.get("arrivals");
            arrivals.add(arrivals.get(0).deepCopy());
            return with(record, MAPPER.writeValueAsBytes(batch));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProducerRecord<byte[], byte[]> renamed(ProducerRecord<byte[], byte[]> record) {
        String text = new String(record.value(), StandardCharsets.UTF_8);
        return with(record, text.replaceAll("\"b-[0-9a-f]{2}", "\"b-zz").getBytes(StandardCharsets.UTF_8));
    }

    private static ProducerRecord<byte[], byte[]> with(ProducerRecord<byte[], byte[]> record, byte[] value) {
        return new ProducerRecord<>(record.topic(), record.partition(), record.key(), value, record.headers());
    }
}
