package dev.errata.stream.kafka;

import dev.errata.batch.Intent;
import dev.errata.delta.LiveFact;
import dev.errata.delta.Tag;
import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.stream.Audience;
import dev.errata.stream.Decision;
import dev.errata.stream.FactEvent;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Operation;
import dev.errata.stream.Operation.Action;
import dev.errata.stream.Operation.Result;
import dev.errata.stream.Operator;
import dev.errata.stream.Topic;
import dev.errata.stream.event.CloudEvent;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Carries out what operators ask for, for the faces: each in one transaction with its line of the audit, so that nothing is done that
 * the audit does not tell and the audit tells nothing that was not done.
 *
 * <p>Each process has a transactional id of its own, and another one after a failure: operators do not fence each other.
 *
 * <h2>Thread safety</h2> Safe; one operation after the other.
 */
public final class OperatorLog implements AutoCloseable {
    /** What transactional ids begin with, after the line's name. */
    static final String ROLE = "operator";

    /** What a rebase is done to. */
    static final String LIVE_FACTS = "live facts";

    private final KafkaSettings settings;
    private final ModelLine line;
    private final Clock clock;
    private Optional<Transactions> transactions = Optional.empty();

    public OperatorLog(KafkaSettings settings, ModelLine line, Clock clock) {
        this.settings = settings;
        this.line = line;
        this.clock = clock;
    }

    /**
     * Asks for an earlier version again; returns when the broker has the request. Whether that version exists is the worker's to say.
     *
     * @return the request, whose id the version will name
     * @throws ErrataException INTENT_UNREADABLE for a negative version or a reason of more than 2000 characters; COMMIT_ABORTED or
     *     LOG_UNREACHABLE when nothing was written; COMMIT_UNKNOWN when only the log can tell
     */
    public Intent.Rollback rollback(Operator by, long to, String reason) {
        Intent.Rollback rollback = new Intent.Rollback("r-" + UUID.randomUUID(), to, reason, clock.instant());
        CloudEvent request = Events.of(line, rollback);
        accept(rollback.id(), by, Action.ROLLBACK, Operation.version(to), reason, rollback.requestedAt(), out ->
                out.send(Records.of(line.topic(Topic.BATCHES), RecordKey.of(line.model()), request)));
        return rollback;
    }

    /**
     * Asks that all live facts are written again at once, from the base model. Errors as {@link #rollback}.
     *
     * @return the request, whose id the version will name
     */
    public Intent.Rebase rebase(Operator by, String reason) {
        Intent.Rebase rebase = new Intent.Rebase("rebase-" + UUID.randomUUID(), reason, clock.instant());
        CloudEvent request = Events.of(line, rebase);
        accept(rebase.id(), by, Action.REBASE, LIVE_FACTS, reason, rebase.requestedAt(), out ->
                out.send(Records.of(line.topic(Topic.BATCHES), RecordKey.of(line.model()), request)));
        return rebase;
    }

    /**
     * Decides about a held version: it is announced, or the one before it comes back. Errors as {@link #rollback}.
     *
     * @return what was decided; of a reject, its id is the intent of the version that comes of it
     */
    public Decision decide(Operator by, long version, boolean release, String reason) {
        String id = (release ? "release-" : "reject-") + UUID.randomUUID();
        Action action = release ? Action.RELEASE : Action.REJECT;
        accept(id, by, action, Operation.version(version), reason, clock.instant(), out -> {});
        return new Decision(id, version, release, reason);
    }

    /** Names a version. Whether the name was free is what the log says in the end. Errors as {@link #rollback}. */
    public void tag(Operator by, Tag tag, String reason) {
        String id = "tag-" + UUID.randomUUID();
        Instant now = clock.instant();
        String object = "tag " + tag.name() + " at " + Operation.version(tag.version());
        accept(id, by, Action.TAG, object, reason, now, out ->
                out.send(Records.of(line.topic(Topic.TAGS), RecordKey.of(line.model()), Events.of(line, tag, id, now))));
    }

    /** Asks that everything published before is sealed into batches. Errors as {@link #rollback}. */
    public void flush(Operator by) {
        String id = "flush-" + UUID.randomUUID();
        Instant now = clock.instant();
        accept(id, by, Action.FLUSH, "facts", "", now, out -> flush(out, id, now));
    }

    private void flush(Transactions.Outbox out, String id, Instant now) {
        String facts = line.topic(Topic.FACTS);
        CloudEvent flush = Events.flush(new EventId(line.source(), id), Optional.of(line.model()), now);
        // One in each partition: only there is it read after all that was written before.
        out.partitions(facts).forEach(partition -> out.send(Records.of(facts, partition, null, flush)));
    }

    /**
     * Says on the facts topic, to this line alone, that a fact is no longer claimed, and asks that what waits is sealed. Whether the fact
     * is live when the worker comes to it is the worker's to say: in the event's outcome. Errors as {@link #rollback}, REQUEST_INVALID for
     * a reason of more than 2000 characters.
     *
     * @return the event
     */
    public FactChange.Retracted retract(Operator by, LiveFact fact, String source, String reason) {
        String id = "retract-" + UUID.randomUUID();
        Instant now = clock.instant();
        FactChange.Retracted retraction = fact.retracted(new EventId(source, id), now);
        CloudEvent event = Events.of(new FactEvent(retraction, Audience.of(List.of(line.model()))));
        accept(id, by, Action.RETRACT, fact(fact.key()), reason, now, out -> {
            out.send(Records.of(line.topic(Topic.FACTS), RecordKey.subject(fact.key()), event));
            flush(out, "flush-" + id, now);
        });
        return retraction;
    }

    /** Holds the editor, or lets it go on; an edit in hand is finished. Errors as {@link #rollback}. */
    public void pause(Operator by, boolean paused, String reason) {
        Action action = paused ? Action.PAUSE : Action.RESUME;
        accept("hold-" + UUID.randomUUID(), by, action, "editor", reason, clock.instant(), out -> {});
    }

    /**
     * Keeps that a rollback was asked for and declined.
     *
     * @return {@code why}, to be thrown
     */
    public ErrataException declined(Operator by, long to, String reason, ErrataException why) {
        return declined(by, Action.ROLLBACK, "r-", Operation.version(to), reason, why);
    }

    /** Likewise for a retraction. */
    public ErrataException declined(Operator by, FactKey fact, String reason, ErrataException why) {
        return declined(by, Action.RETRACT, "retract-", fact(fact), reason, why);
    }

    /**
     * The audit's line of a branch, which {@link KafkaBranch} writes.
     *
     * @param line that begins
     * @param from version of this line
     */
    public Operation branch(Operator by, String line, long from, String reason) {
        String id = "branch-" + UUID.randomUUID();
        return new Operation(id, by, Action.BRANCH, branch(line, from), reason, clock.instant(), new Result.Accepted());
    }

    /** Likewise for a branch. */
    public ErrataException declined(Operator by, String line, long from, String reason, ErrataException why) {
        return declined(by, Action.BRANCH, "branch-", branch(line, from), reason, why);
    }

    private String branch(String line, long from) {
        return "line " + line + " from " + this.line.model() + " " + Operation.version(from);
    }

    private ErrataException declined(Operator by, Action action, String id, String object, String reason, ErrataException why) {
        Result declined = new Result.Declined(why.failure(), why.getMessage());
        commit(new Operation(id + UUID.randomUUID(), by, action, object, reason, clock.instant(), declined), out -> {});
        return why;
    }

    private static String fact(FactKey key) {
        return "fact " + key;
    }

    private void accept(
            String id, Operator by, Action action, String object, String reason, Instant at, Consumer<Transactions.Outbox> done) {
        commit(new Operation(id, by, action, object, reason, at, new Result.Accepted()), done);
    }

    private synchronized void commit(Operation operation, Consumer<Transactions.Outbox> done) {
        var record = record(line, operation);
        try {
            if (transactions.isEmpty()) {
                String id = line.role(ROLE) + "." + UUID.randomUUID();
                transactions = Optional.of(new Transactions(Clients.transactional(settings, id)));
            }
            transactions.get().commit(out -> {
                done.accept(out);
                out.send(record);
            });
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The audit's line of an operation. */
    static ProducerRecord<byte[], byte[]> record(ModelLine line, Operation operation) {
        return Records.of(line.topic(Topic.AUDIT), RecordKey.of(line.model()), Events.of(line, operation));
    }

    @Override
    public synchronized void close() {
        transactions.ifPresent(Transactions::close);
        transactions = Optional.empty();
    }
}
