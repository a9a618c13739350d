package dev.errata.stream.channels;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.SettledOutcome;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.RecordKey;
import dev.errata.stream.kafka.Records;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Feeds a {@link History} from the topics: committed records only, each from its beginning, in a consumer group that no other process
 * is in and that commits nothing.
 *
 * <h2>Thread safety</h2> Safe; each channel is read in order.
 */
@ApplicationScoped
public class HistoryView {
    private static final Logger LOG = Logger.getLogger(HistoryView.class);

    private final String model;
    private final byte[] lineKey;
    private final History history;

    @Inject
    public HistoryView(ChannelSettings settings) {
        this.model = settings.line().model();
        this.lineKey = RecordKey.of(model);
        this.history = new History(settings.versionsMax(), settings.outcomesMax());
    }

    public History history() {
        return history;
    }

    @Incoming("versions-in")
    @Blocking
    void version(ConsumerRecord<byte[], byte[]> record) {
        read(record, this::isOfLine, () -> history.add(EventCodec.VERSION.decode(record.value())));
    }

    @Incoming("evaluations-in")
    @Blocking
    void evaluation(ConsumerRecord<byte[], byte[]> record) {
        read(record, this::isOfLine, () -> history.add(EventCodec.EVALUATION.decode(record.value())));
    }

    @Incoming("head-in")
    @Blocking
    void head(ConsumerRecord<byte[], byte[]> record) {
        read(record, this::isOfLine, () -> history.add(EventCodec.HEAD.decode(record.value())));
    }

    @Incoming("audit-in")
    @Blocking
    void operation(ConsumerRecord<byte[], byte[]> record) {
        read(record, this::isOfLine, () -> history.add(EventCodec.OPERATION.decode(record.value())));
    }

    @Incoming("tags-in")
    @Blocking
    void tag(ConsumerRecord<byte[], byte[]> record) {
        read(record, this::isOfLine, () -> history.add(EventCodec.TAG.decode(record.value())));
    }

    @Incoming("outcomes-in")
    @Blocking
    void outcome(ConsumerRecord<byte[], byte[]> record) {
        read(record, key -> RecordKey.isOf(key, model), () -> history.add(new SettledOutcome(
                EventCodec.OUTCOME.decode(record.value()), Records.time(record))));
    }

    private boolean isOfLine(byte[] key) {
        return Arrays.equals(key, lineKey);
    }

    /** Nothing may escape: an exception would end the channel, and the history would just stand still. */
    private void read(ConsumerRecord<byte[], byte[]> record, Predicate<byte[]> ours, Runnable add) {
        if (!ours.test(record.key())) {
            return;
        }
        String place = record.topic() + " " + record.partition() + "@" + record.offset();
        try {
            add.run();
        } catch (RuntimeException e) {
            Failure code = e instanceof ErrataException coded ? coded.failure() : Failure.RECORD_UNREADABLE;
            LOG.errorf(e, "history ends at %s", place);
            history.fail(new ErrataException(code, place + ": " + e.getMessage(), e));
        }
    }
}
