package dev.errata.audit;

import dev.errata.audit.Row.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        LogAudit.of(group, Kind.HELD).stream().limit(1).forEach(held -> held(held, group));
        if (versions.isEmpty()) {
            // The base has no record; its digest is known from the model or from what version 1 went on from.
            if (number > 0 || table.digest(0).equals(Fingerprint.NONE)) {
                evaluations.forEach(row -> absent(row, Invariant.TOGETHER, "evaluation"));
                LogAudit.of(group, Kind.HEAD).stream().filter(row -> number > 0).forEach(row -> absent(row, Invariant.CHAIN, "head"));
                LogAudit.of(group, Kind.TAG).stream().filter(row -> number > 0).forEach(row -> absent(row, Invariant.ANSWERS, "tag"));
                return;
            }
        } else if (evaluations.isEmpty()) {
            evidence.missing(
                    number <= table.settled(), "versions without an evaluation yet", Invariant.TOGETHER, versions.get(0).place(),
                    "version " + number + " has no evaluation (expected: one)");
        }
        Fingerprint digest = versions.isEmpty() ? table.digest(0) : versions.get(0).one();
        Map.of(Kind.EVALUATION, Invariant.TOGETHER, Kind.HEAD, Invariant.CHAIN, Kind.TAG, Invariant.ANSWERS).forEach((kind, breaks) ->
                LogAudit.of(group, kind).forEach(row -> findings.require(
                        row.one().equals(digest), breaks, row.place(), "another digest than version " + number, "the same")));
    }

    /** Until an operator has released it, a held version is not announced and nothing is built on it; a reject goes back behind it. */
    private void held(Row held, List<Row> group) {
        String what = "version " + held.number() + ", which is held";
        Optional<Row> decision = LogAudit.of(group, Kind.DECISION).stream().findFirst();
        boolean released = decision.filter(row -> row.two().equals(Fingerprint.NONE)).isPresent();
        Optional<Row> next = LogAudit.of(group, Kind.NEXT).stream().findFirst();
        if (!released) {
            LogAudit.of(group, Kind.HEAD).forEach(row ->
                    findings.add(Invariant.CHAIN, row.place(), "head " + what + " (expected: released by an operator before)"));
        }
        boolean later = released && next.isPresent() && LogAudit.of(group, Kind.DECISION).stream()
                .anyMatch(row -> !row.two().equals(Fingerprint.NONE) && row.one().equals(next.get().one()));
        if (later) {
            String words = "reject of " + what + " (expected: not carried out, released in " + decision.get().place() + ")";
            findings.add(Invariant.ROLLBACK, next.get().place(), words);
        }
        if (decision.isEmpty()) {
            next.ifPresent(row -> findings.add(
                    Invariant.CHAIN, row.place(), "built on " + what + " (expected: nothing before an operator has decided)"));
        } else if (!released && next.isEmpty()) {
            evidence.missing(
                    evidence.snapshot.atRest(), "rejects to be carried out", Invariant.ROLLBACK, decision.get().place(),
                    "reject of version " + held.number() + " (expected: the version before it again)");
        } else if (!released) {
            boolean back = next.get().one().equals(decision.get().one()) && next.get().position().offset() == held.number() - 1;
            findings.require(
                    back, Invariant.ROLLBACK, next.get().place(), "built on " + what + " and was rejected",
                    "a rollback to " + (held.number() - 1) + ", by the reject in " + decision.get().place());
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

    /** An intent is there once, and became one version or was declined; the version says so. */
    void intent(List<Row> group) {
        List<Row> intents = LogAudit.of(group, Kind.INTENT);
        List<Row> versions = LogAudit.of(group, Kind.VERSION);
        once(intents, Invariant.ONCE, "intent");
        once(versions, Invariant.ONE_WRITER, "version of one intent");
        List<Row> declined = LogAudit.of(group, Kind.DECLINED);
        List<Row> rejects = LogAudit.of(group, Kind.REJECT);
        if (!declined.isEmpty()) {
            versions.forEach(row -> findings.add(
                    Invariant.ONE_OUTCOME, row.place(),
                    "version " + row.number() + " of what was declined in " + declined.get(0).place() + " (expected: one or the other)"));
        }
        if (intents.isEmpty() && !rejects.isEmpty()) {
            versions.forEach(row -> ofReject(row, rejects.get(0).number()));
            return;
        }
        if (intents.isEmpty()) {
            versions.forEach(row -> findings.add(
                    Invariant.ANSWERS, row.place(), "version " + row.number() + ": no such intent (expected: one in the intent log)"));
            return;
        }
        Row intent = intents.get(0);
        if (versions.isEmpty()) {
            requireDeclined(intent, !declined.isEmpty());
            return;
        }
        Row version = versions.get(0);
        findings.require(
                version.position().offset() == intent.place().offset(), Invariant.ONE_WRITER, version.place(),
                "version " + version.number() + " of the intent at " + version.position().offset(), intent.place().offset());
        if (table.has(version.number())) {
            long kind = table.kind(version.number());
            // Where nothing is live the base is what a rebase comes to; KeyCheck sees whether nothing was.
            boolean right = kind == intent.number() || intent.number() == Row.REBASE && kind == 0;
            findings.require(
                    right, Invariant.ROLLBACK, version.place(), "version " + version.number() + told(kind),
                    "version " + version.number() + told(intent.number()));
        }
    }

    private static String told(long kind) {
        return kind == Row.EDIT ? " is an edit" : kind == Row.REBASE ? " is a rebase" : " is a rollback to " + kind;
    }

    /** What a reject became stands where an intent between that of the rejected version and the next would. */
    private void ofReject(Row version, long rejected) {
        if (table.has(version.number())) {
            boolean next = version.number() == rejected + 1;
            findings.require(next, Invariant.ROLLBACK, version.place(), "reject of version " + rejected, "of the one before");
            findings.require(
                    !next || !table.has(rejected) || version.position().offset() == table.intentOffset(rejected), Invariant.ONE_WRITER,
                    version.place(), "version " + version.number() + " of the intent at " + version.position().offset(),
                    "a reject at that of the version before");
        }
    }

    /**
     * Of an intent without a version: a rollback to a version that did not exist by then is declined, and records from before there was an
     * audit leave no trace of it; a rebase that could not be made is declined in the audit. Of batches their outcomes tell.
     */
    private void requireDeclined(Row intent, boolean declined) {
        long to = intent.number();
        if (to == Row.REBASE && !declined) {
            evidence.missing(
                    evidence.snapshot.intentConsumed(intent.place().offset()), "rebases to be made", Invariant.ONE_OUTCOME, intent.place(),
                    "rebase (expected: a version of it, or that the audit says why there is none)");
        }
        if (to >= 0 && to <= table.madeBefore(intent.place().offset())) {
            evidence.missing(
                    evidence.snapshot.intentConsumed(intent.place().offset()), "rollbacks to be made", Invariant.ROLLBACK, intent.place(),
                    "rollback to " + to + " (expected: a version of it)");
        }
    }
}
