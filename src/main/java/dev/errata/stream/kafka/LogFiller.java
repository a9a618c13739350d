package dev.errata.stream.kafka;

import dev.errata.stream.Commit;
import dev.errata.stream.Head;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import java.time.Clock;
import java.util.List;

/**
 * Puts versions into a line's log as a worker's commits look, many in one transaction and without intents: for benchmarks of what reads
 * a long log. A worker that is opened on such a log has no use for it.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public final class LogFiller implements AutoCloseable {
    private final ModelLine line;
    private final Transactions transactions;
    private final CommitWriter writer;

    public LogFiller(KafkaSettings settings, ModelLine line, Clock clock) {
        this.line = line;
        this.writer = new CommitWriter(line, clock);
        this.transactions = new Transactions(ClientFactory.of(settings).transactional(line.role("filler")));
    }

    /** All of them in one transaction; {@code head} is announced in another one. */
    public void write(List<Commit> commits, Head head) {
        transactions.commit(out -> commits.forEach(commit -> writer.write(out, commit, 0)));
        byte[] key = RecordKey.of(line.model());
        transactions.commit(out -> out.send(Records.of(line.topic(Topic.HEAD), key, Events.of(line, head))));
    }

    @Override
    public void close() {
        transactions.close();
    }
}
