package dev.errata.audit;

import dev.errata.audit.Row.Kind;
import java.util.List;

/** Compares what is said of one version, and of one intent and the version that it became. One thread. */
final class VersionCheck {
    private final Evidence evidence;
    private final Findings findings;
    private final VersionTable table;

    VersionCheck(Evidence evidence) {
        this.evidence = evidence;
        this.findings = evidence.findings;
        this.table = evidence.versions;
    }

    /** A version is there once, with its evaluation; the head names it by its digest. */
    void version(List<Row> group) {
        long number = group.get(0).number();
        List<Row> versions = LogAudit.of(group, Kind.VERSION);
        List<Row> evaluations = LogAudit.of(group, Kind.EVALUATION);
        once(versions, Invariant.ONE_WRITER, "version " + number);
        once(evaluations, Invariant.TOGETHER, "evaluation of version " + number);
        if (versions.isEmpty()) {
            // The base has no record; its digest is known from the model or from what version 1 went on from.
            if (number > 0 || table.digest(0).equals(Fingerprint.NONE)) {
                evaluations.forEach(row -> absent(row, Invariant.TOGETHER, "evaluation"));
                LogAudit.of(group, Kind.HEAD).stream().filter(row -> number > 0).forEach(row -> absent(row, Invariant.CHAIN, "head"));
                return;
            }
        } else if (evaluations.isEmpty()) {
            evidence.missing(
                    number <= table.settled(), "versions without an evaluation yet", Invariant.TOGETHER, versions.get(0).place(),
                    "version " + number + " has no evaluation (expected: one)");
        }
        Fingerprint digest = versions.isEmpty() ? table.digest(0) : versions.get(0).one();
        for (Row row : group) {
            findings.require(
                    row.one().equals(digest) || row.kind() == Kind.VERSION, row.kind() == Kind.HEAD ? Invariant.CHAIN : Invariant.TOGETHER,
                    row.place(), "another digest than version " + number, "the same");
        }
    }

    private void absent(Row row, Invariant invariant, String what) {
        findings.add(invariant, row.place(), what + " of version " + row.number() + " (expected: a version that is there)");
    }

    private void once(List<Row> rows, Invariant invariant, String what) {
        if (rows.size() > 1) {
            findings.add(invariant, rows.get(1).place(), what + " again (expected: once, as in " + rows.get(0).place() + ")");
        }
    }

    /** An intent is there once and became one version at most, which says so. */
    void intent(List<Row> group) {
        List<Row> intents = LogAudit.of(group, Kind.INTENT);
        List<Row> versions = LogAudit.of(group, Kind.VERSION);
        once(intents, Invariant.ONCE, "intent");
        once(versions, Invariant.ONE_WRITER, "version of one intent");
        if (intents.isEmpty()) {
            versions.forEach(row -> findings.add(
                    Invariant.ANSWERS, row.place(), "version " + row.number() + ": no such intent (expected: one in the intent log)"));
            return;
        }
        Row intent = intents.get(0);
        if (versions.isEmpty()) {
            requireDeclined(intent);
            return;
        }
        Row version = versions.get(0);
        findings.require(
                version.position().offset() == intent.place().offset(), Invariant.ONE_WRITER, version.place(),
                "version " + version.number() + " of the intent at " + version.position().offset(), intent.place().offset());
        if (table.has(version.number())) {
            long to = table.rollbackTo(version.number()).orElse(-1);
            findings.require(
                    to == intent.number(), Invariant.ROLLBACK, version.place(), "version " + version.number() + told(to),
                    "version " + version.number() + told(intent.number()));
        }
    }

    private static String told(long to) {
        return to < 0 ? " is an edit" : " is a rollback to " + to;
    }

    /** Only a rollback to a version that did not exist by then is declined and leaves no trace. Of batches their outcomes tell. */
    private void requireDeclined(Row intent) {
        long to = intent.number();
        if (to >= 0 && to <= table.madeBefore(intent.place().offset())) {
            evidence.missing(
                    evidence.snapshot.intentConsumed(intent.place().offset()), "rollbacks to be made", Invariant.ROLLBACK, intent.place(),
                    "rollback to " + to + " (expected: a version of it)");
        }
    }
}
