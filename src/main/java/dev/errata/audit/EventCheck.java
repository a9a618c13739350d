package dev.errata.audit;

import dev.errata.audit.Row.Kind;
import dev.errata.fact.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Compares what is said of one event: where it was read, what became of each reading, and which version wrote it. One thread. */
final class EventCheck {
    private final Evidence evidence;
    private final Findings findings;
    private final Snapshot snapshot;
    private final VersionTable table;

    EventCheck(Evidence evidence) {
        this.evidence = evidence;
        this.findings = evidence.findings;
        this.snapshot = evidence.snapshot;
        this.table = evidence.versions;
    }

    /** One reading of the event. */
    private static final class Reading {
        private final Position position;
        private final List<Row> outcomes = new ArrayList<>();
        private final List<Row> sealed = new ArrayList<>();
        private Row read;
        private Row pending;

        private Reading(Position position) {
            this.position = position;
        }

        private void add(Row row) {
            switch (row.kind()) {
                case READ -> read = row;
                case SEALED -> sealed.add(row);
                case PENDING -> pending = row;
                default -> outcomes.add(row);
            }
        }

        /** Whether it is the reading that counts, not a duplicate. */
        private boolean counts() {
            return outcomes.isEmpty()
                    ? !sealed.isEmpty() || pending != null
                    : outcomes.stream().anyMatch(row -> row.kind() != Kind.DUPLICATE);
        }
    }

    /**
     * What is said of the event as a whole.
     *
     * @param times so many readings of it may count: one more each time that it was forgotten, none for another line's that was copied
     */
    private record Whole(List<Row> written, List<Row> applied, List<Row> copied, int times) {}

    void check(List<Row> group) {
        List<Row> copied = LogAudit.of(group, Kind.COPIED);
        int times = (copied.isEmpty() ? 1 : 0) + LogAudit.of(group, Kind.FORGOTTEN).size();
        Whole whole = new Whole(LogAudit.of(group, Kind.WRITTEN), LogAudit.of(group, Kind.APPLIED), copied, times);
        Map<Position, Reading> readings = new LinkedHashMap<>();
        for (Row row : group) {
            if (row.kind() != Kind.WRITTEN && row.kind() != Kind.COPIED && row.kind() != Kind.FORGOTTEN) {
                readings.computeIfAbsent(row.position(), Reading::new).add(row);
            }
        }
        readings.values().forEach(reading -> reading(reading, whole));
        oneCounts(List.copyOf(readings.values()), whole);
        written(whole);
    }

    private void reading(Reading reading, Whole whole) {
        if (reading.sealed.size() > 1) {
            add(Invariant.ONCE, reading.sealed.get(1), "in a second batch", "in one");
        }
        if (reading.read == null && !snapshot.expired(reading.position)) {
            reading.outcomes.forEach(row -> add(Invariant.ONE_OUTCOME, row, "outcome of " + reading.position, "of a fact change there"));
            reading.sealed.forEach(row -> add(Invariant.ANSWERS, row, "batch with " + reading.position, "a fact change there"));
        }
        if (reading.read != null) {
            String expected = "that read at " + reading.position;
            reading.sealed.forEach(row ->
                    require(row.one().equals(reading.read.one()), Invariant.ANSWERS, row, "another change in the batch", expected));
            reading.outcomes.forEach(row ->
                    require(row.one().equals(reading.read.two()), Invariant.ANSWERS, row, "outcome of another fact", expected));
        }
        if (reading.outcomes.isEmpty()) {
            unsettled(reading);
        } else {
            if (reading.outcomes.size() > 1) {
                add(Invariant.ONE_OUTCOME, reading.outcomes.get(1), "second outcome of " + reading.position, "one");
            }
            reading.outcomes.forEach(row -> outcome(reading, row, whole));
        }
    }

    private void unsettled(Reading reading) {
        if (!reading.sealed.isEmpty()) {
            Place batch = reading.sealed.get(0).place();
            boolean due = snapshot.intentConsumed(batch.offset());
            missing(due, "changes in batches to be edited", reading, batch, "no outcome, although sealed in " + batch + " (expected: one)");
        } else if (reading.pending != null) {
            missing(snapshot.atRest(), "changes pending", reading, reading.pending.place(), "pending (expected: an outcome)");
        } else if (reading.read != null) {
            missing(
                    snapshot.consumed(reading.position), "changes to be read", reading, reading.read.place(),
                    "no outcome, in no batch, not pending (expected: one of these, since it was consumed)");
        }
    }

    /** @param otherwise the record to name where the fact itself has expired */
    private void missing(boolean due, String kind, Reading reading, Place otherwise, String words) {
        evidence.missing(due, kind, Invariant.ONE_OUTCOME, reading.read == null ? otherwise : reading.read.place(), words);
    }

    private void outcome(Reading reading, Row row, Whole whole) {
        String told = row.kind().name().toLowerCase(Locale.ROOT);
        require(
                !snapshot.unconsumed(reading.position), Invariant.TOGETHER, row, told + ": " + reading.position,
                "a position before the accumulator's offset");
        boolean inBatch = !reading.sealed.isEmpty();
        if (row.kind() == Kind.APPLIED) {
            require(inBatch, Invariant.ANSWERS, row, "applied", "in a batch");
            reading.sealed.stream().limit(1).forEach(sealed -> applied(row, sealed, whole.written()));
        } else if (row.kind() == Kind.REJECTED) {
            require(inBatch, Invariant.ANSWERS, row, "rejected by the worker", "in a batch");
        } else {
            require(!inBatch, Invariant.ONE_OUTCOME, row, told + ", although in a batch", "applied or rejected");
        }
        if (row.kind() != Kind.APPLIED && row.kind() != Kind.DUPLICATE) {
            boolean ofAnother = whole.times() > 1 && !whole.applied().isEmpty();
            boolean right = whole.written().isEmpty() || ofAnother;
            require(right, Invariant.FINITE, row, told + ", although a version writes it", "in no version");
        }
    }

    /** In the version that its batch became, which writes it unless it is a retraction. */
    private void applied(Row row, Row sealed, List<Row> written) {
        long version = row.number();
        boolean ofBatch = table.has(version) && table.intent(version).equals(sealed.two());
        require(ofBatch, Invariant.TOGETHER, row, "applied in version " + version, "in that of its batch in " + sealed.place());
        boolean retraction = sealed.number() == 1;
        if (!ofBatch) {
            return;
        }
        boolean writes = written.stream().anyMatch(one -> one.number() == version);
        String what = "applied in version " + version + ", which " + (writes ? "writes it" : "does not write it");
        require(
                writes != retraction, Invariant.TOGETHER, row, what,
                retraction ? "a version that takes it out" : "a version that writes it");
    }

    /** Of all readings of one event one counts, while it is remembered; where they have an order, it is the first. */
    private void oneCounts(List<Reading> readings, Whole whole) {
        int times = whole.times();
        List<Reading> counting = readings.stream().filter(Reading::counts).toList();
        List<Reading> settled = readings.stream().filter(reading -> !reading.outcomes.isEmpty()).toList();
        if (counting.size() > times) {
            Reading second = counting.get(times);
            Row row = second.outcomes.isEmpty() ? second.sealed.isEmpty() ? second.pending : second.sealed.get(0) : second.outcomes.get(0);
            add(Invariant.ONCE, row, "counts a second time", "a duplicate, while it is remembered");
        }
        boolean due = settled.stream().anyMatch(reading -> snapshot.consumed(reading.position));
        if (counting.isEmpty() && due && whole.copied().isEmpty()) {
            add(Invariant.ONE_OUTCOME, settled.get(0).outcomes.get(0), "a duplicate", "one reading that is none");
        }
        boolean ordered = readings.stream().map(reading -> reading.position.partition()).distinct().count() == 1;
        if (ordered && counting.size() == 1 && !settled.isEmpty() && whole.copied().isEmpty()) {
            Reading first = settled.stream().min(Comparator.comparingLong(reading -> reading.position.offset())).orElseThrow();
            boolean isFirst = counting.get(0).position.offset() <= first.position.offset();
            require(isFirst, Invariant.ONCE, first.outcomes.get(0), "a duplicate, although read first", "the later reading to be one");
        }
    }

    /** No event that is remembered is in two versions, and what a version writes has an outcome that says so. */
    private void written(Whole whole) {
        List<Row> written = whole.written();
        if (written.size() > whole.times()) {
            Row again = written.get(whole.times());
            Row first = whole.copied().isEmpty() ? written.get(0) : whole.copied().get(0);
            add(Invariant.ONCE, again, "written again", "in version " + first.number() + " alone");
        }
        for (Row row : written) {
            if (whole.applied().stream().noneMatch(outcome -> outcome.number() == row.number())) {
                evidence.missing(
                        row.number() <= table.settled(), "facts of versions without an outcome yet", Invariant.TOGETHER, row.place(),
                        "no outcome says that version " + row.number() + " holds one of its facts (expected: applied)");
            }
        }
    }

    private void add(Invariant invariant, Row row, String found, String expected) {
        require(false, invariant, row, found, expected);
    }

    private void require(boolean holds, Invariant invariant, Row row, String found, String expected) {
        findings.require(holds, invariant, row.place(), found, expected);
    }
}
