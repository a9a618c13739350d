package dev.errata.stream.event;

import dev.errata.stream.Topic;
import java.util.Arrays;
import java.util.Optional;

/**
 * Every CloudEvents type there is. The type carries its version: within one, fields are only ever added and are optional; its schema is
 * {@code schemas/<type>.json}.
 */
public enum EventType {
    FACT_ASSERTED("dev.errata.fact.asserted.v1", Topic.FACTS),
    FACT_RETRACTED("dev.errata.fact.retracted.v1", Topic.FACTS),
    BATCH_FLUSH("dev.errata.batch.flush.v1", Topic.FACTS),
    BATCH_SEALED("dev.errata.batch.sealed.v1", Topic.BATCHES),
    ROLLBACK_REQUESTED("dev.errata.rollback.requested.v1", Topic.BATCHES),
    REBASE_REQUESTED("dev.errata.rebase.requested.v1", Topic.BATCHES),
    VERSION_COMMITTED("dev.errata.version.committed.v1", Topic.VERSIONS),
    /** Bytes, not JSON; its schema describes the headers. */
    DELTA_CHUNK("dev.errata.delta.chunk.v1", Topic.DELTAS),
    /** Bytes, not JSON; its schema describes the headers. */
    PAIRS_CHUNK("dev.errata.pairs.chunk.v1", Topic.KEYS),
    HEAD_ANNOUNCED("dev.errata.head.announced.v1", Topic.HEAD),
    EVALUATION_COMPLETED("dev.errata.evaluation.completed.v1", Topic.EVALUATIONS),
    OUTCOME_SETTLED("dev.errata.outcome.settled.v1", Topic.OUTCOMES),
    LEDGER_CHANGED("dev.errata.ledger.changed.v1", Topic.LEDGER),
    /** Bytes, not JSON; its schema describes the headers. */
    TARGET_KEPT("dev.errata.target.kept.v1", Topic.TARGETS),
    INTAKE_NOTED("dev.errata.intake.noted.v1", Topic.INTAKE),
    VERSION_TAGGED("dev.errata.version.tagged.v1", Topic.TAGS),
    OPERATION_RECORDED("dev.errata.operation.recorded.v1", Topic.AUDIT);

    private final String type;
    private final Topic topic;

    EventType(String type, Topic topic) {
        this.type = type;
        this.topic = topic;
    }

    /** The CloudEvents {@code type}. */
    public String type() {
        return type;
    }

    /** The topic that holds it. */
    public Topic topic() {
        return topic;
    }

    /** Whether its data are bytes instead of JSON. */
    public boolean isBytes() {
        return this == DELTA_CHUNK || this == PAIRS_CHUNK || this == TARGET_KEPT;
    }

    public String contentType() {
        return isBytes() ? "application/octet-stream" : "application/json";
    }

    public static Optional<EventType> of(String type) {
        return Arrays.stream(values()).filter(known -> known.type.equals(type)).findFirst();
    }
}
