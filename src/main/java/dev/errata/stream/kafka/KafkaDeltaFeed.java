package dev.errata.stream.kafka;

import dev.errata.delta.PayloadRef;
import dev.errata.stream.DeltaFeed;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.event.EventType;

/** {@link DeltaFeed} on Kafka. */
public final class KafkaDeltaFeed implements DeltaFeed {
    /** What is not a version: the reader's place is not known. */
    private static final long LOST = -1;

    private final Opened opened = new Opened();
    private final PayloadReader deltas;
    private long last;

    public KafkaDeltaFeed(KafkaSettings settings, ModelLine line) {
        this(ClientFactory.of(settings), line);
    }

    public KafkaDeltaFeed(ClientFactory clients, ModelLine line) {
        try {
            this.deltas = opened.add(new PayloadReader(clients, line, EventType.DELTA_CHUNK, opened.add(clients.offsets())));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public byte[] read(long version, PayloadRef ref, long before) {
        if (last != before) {
            deltas.seek(version);
        }
        last = LOST;
        byte[] payload = deltas.read(version, ref);
        last = version;
        return payload;
    }

    @Override
    public void close() {
        opened.close();
    }
}
