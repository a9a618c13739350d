package dev.errata.audit;

import dev.errata.audit.Row.Kind;
import dev.errata.fact.Revision;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Compares what is said of one fact key: the order of its revisions, the versions that write it and take it out, and the ledger, which must
 * be the fold of these. One thread.
 */
final class KeyCheck {
    private final Evidence evidence;
    private final Findings findings;
    private final VersionTable table;
    /** Versions back to the base that a rebase came to, since nothing was live. */
    private final long[] emptied;

    /** To be made when versions and intents were read. */
    KeyCheck(Evidence evidence) {
        this.evidence = evidence;
        this.findings = evidence.findings;
        this.table = evidence.versions;
        this.emptied = table.rollbacksToBase().filter(number -> evidence.rebases.contains(table.intent(number))).toArray();
    }

    void check(List<Row> group) {
        revisions(group);
        superseded(group);
        Fold fold = new Fold(table, group);
        versions(group, fold);
        rebases(group, fold);
        applied(LogAudit.of(group, Kind.APPLIED), fold);
        ledger(LogAudit.of(group, Kind.LEDGER), fold);
    }

    /** What a version did to the key; the row that writes it, or one that takes it out. */
    private static final class Fold {
        private final VersionTable table;
        private final TreeMap<Long, Row> changes = new TreeMap<>();
        private final long[] numbers;

        Fold(VersionTable table, List<Row> group) {
            this.table = table;
            // Of a version that takes out and writes, the row that writes counts: kinds are in this order.
            LogAudit.of(group, Kind.OUT).forEach(row -> changes.put(row.number(), row));
            LogAudit.of(group, Kind.WRITTEN).forEach(row -> changes.put(row.number(), row));
            this.numbers = changes.keySet().stream().mapToLong(Long::longValue).toArray();
        }

        /** The row that wrote what is live in this version; null where nothing is. */
        Row live(long version) {
            long last = table.last(numbers, Math.min(version, table.head()));
            Row row = last == 0 ? null : changes.get(last);
            return row == null || row.kind() == Kind.OUT ? null : row;
        }

        boolean touches(long version) {
            return changes.containsKey(version);
        }
    }

    /** How far a source has come with the key. A change is older if it is older than any before it. */
    private record Reached(OptionalLong number, Instant numberless, Instant time) {
        static final Reached NOTHING = new Reached(OptionalLong.empty(), Instant.MIN, Instant.MIN);

        boolean isBeyond(Revision revision) {
            if (revision.number().isEmpty()) {
                return revision.time().isBefore(time);
            }
            boolean byNumber = number.isPresent() && revision.number().getAsLong() < number.getAsLong();
            return byNumber || revision.time().isBefore(numberless);
        }

        Reached and(Revision revision) {
            boolean numbered = revision.number().isPresent();
            return new Reached(
                    numbered ? revision.number() : number,
                    numbered ? numberless : max(numberless, revision.time()),
                    max(time, revision.time()));
        }

        private static Instant max(Instant one, Instant other) {
            return one.isBefore(other) ? other : one;
        }
    }

    /** A source's changes of the key are sealed in the order of their revisions, after those that a branch begins with. */
    private void revisions(List<Row> group) {
        Map<Fingerprint, Reached> bySource = new HashMap<>();
        LogAudit.of(group, Kind.COPIED).forEach(row ->
                bySource.put(row.two(), bySource.getOrDefault(row.two(), Reached.NOTHING).and(row.revision())));
        LogAudit.of(group, Kind.SEALED).stream().sorted(Comparator.comparing(Row::place)).forEach(row -> {
            Reached before = bySource.getOrDefault(row.two(), Reached.NOTHING);
            if (before.isBeyond(row.revision())) {
                add(Invariant.ONCE, row.place(), "an older revision of a fact in a later batch (expected: superseded)");
            } else {
                bySource.put(row.two(), before.and(row.revision()));
            }
        });
    }

    /** What was superseded was so by a revision of the same source that is not older. */
    private void superseded(List<Row> group) {
        Map<Fingerprint, Row> changes = new HashMap<>();
        LogAudit.of(group, Kind.COPIED).forEach(row -> changes.put(row.one(), row));
        LogAudit.of(group, Kind.SEALED).forEach(row -> changes.put(row.one(), row));
        LogAudit.of(group, Kind.READ).forEach(row -> changes.put(row.one(), row));
        for (Row row : LogAudit.of(group, Kind.SUPERSEDED)) {
            Row by = changes.get(row.two());
            Row own = changes.get(row.one());
            boolean right = by == null
                    ? evidence.snapshot.anyExpired()
                    : own == null || by.two().equals(own.two()) && !by.revision().isOlderThan(own.revision());
            if (!right) {
                add(Invariant.ONCE, row.place(), "superseded (expected: by a revision of the fact by its source that is not older)");
            }
        }
    }

    /** Only what is live goes out or is made anew, and what comes in is new or has just gone out. */
    private void versions(List<Row> group, Fold fold) {
        Set<Long> out = numbers(group, Kind.OUT);
        Set<Long> in = numbers(group, Kind.WRITTEN);
        Row before = null;
        for (Row row : group) {
            boolean live = isVersioned(row) && fold.live(row.number() - 1) != null;
            boolean right = switch (row.kind()) {
                case OUT -> live;
                case WRITTEN -> !live || out.contains(row.number());
                case REWRITTEN -> live && !out.contains(row.number()) && !in.contains(row.number());
                default -> true;
            };
            boolean twice = before != null && before.kind() == row.kind() && before.number() == row.number() && isVersioned(row);
            if (!right || twice) {
                String what = switch (row.kind()) {
                    case OUT -> "takes out what is not live";
                    case WRITTEN -> "writes over what is live";
                    default -> "makes the pair anew of what does not stay";
                };
                add(blamed(row.number()), row.place(), "version " + row.number() + (twice ? " names a fact twice" : " " + what));
            }
            before = row;
        }
    }

    /** A rebase has a pair of every fact that is live; where it has gone back to the base instead, none was. */
    private void rebases(List<Row> group, Fold fold) {
        Set<Long> rewritten = numbers(group, Kind.REWRITTEN);
        for (long number : table.paired()) {
            if (fold.live(number - 1) != null && !rewritten.contains(number)) {
                String words = "version " + number + " has no pair of a live fact (expected: one)";
                add(Invariant.ANSWERS, LogAudit.version(evidence, number), words);
            }
        }
        for (long number : emptied) {
            if (fold.live(number - 1) != null) {
                String words = "version " + number + " is the base for a rebase, while a fact is live (expected: a rebase)";
                add(Invariant.ROLLBACK, LogAudit.version(evidence, number), words);
            }
        }
    }

    private static boolean isVersioned(Row row) {
        return row.kind() == Kind.OUT || row.kind() == Kind.WRITTEN || row.kind() == Kind.REWRITTEN;
    }

    private static Set<Long> numbers(List<Row> group, Kind kind) {
        return LogAudit.of(group, kind).stream().map(Row::number).collect(Collectors.toSet());
    }

    /** After a rollback, a wrong live set is the rollback's; but of what a rebase is made, its pairs alone say. */
    private Invariant blamed(long version) {
        boolean known = version > 1 && version <= table.head() && table.kind(version) != Row.REBASE;
        return known && table.afterRollback(version - 1) ? Invariant.ROLLBACK : Invariant.ANSWERS;
    }

    /** An outcome names what was replaced, in a version that changes the key. */
    private void applied(List<Row> applied, Fold fold) {
        for (Row row : applied) {
            if (table.has(row.number())) {
                if (!fold.touches(row.number())) {
                    add(Invariant.TOGETHER, row.place(), "applied in version " + row.number() + " (expected: one that changes the fact)");
                }
                Row live = fold.live(row.number() - 1);
                Fingerprint replaced = live == null ? Fingerprint.NONE : live.one();
                if (!row.one().equals(replaced)) {
                    String expected = live == null ? "nothing, none was live" : "what version " + live.number() + " wrote";
                    add(blamed(row.number()), row.place(), "names another fact as replaced than was live (expected: " + expected + ")");
                }
            }
        }
    }

    private void ledger(List<Row> ledger, Fold fold) {
        long before = 0;
        for (Row row : ledger) {
            long version = row.number();
            if (version <= before) {
                add(Invariant.TOGETHER, row.place(), "ledger of version " + version + " after " + before + " (expected: a later one)");
            }
            before = Math.max(before, version);
            if (!table.has(version)) {
                add(Invariant.TOGETHER, row.place(), "ledger of version " + version + " (expected: a version that is there)");
            } else if (!row.one().equals(asLive(fold.live(version)))) {
                add(wrong(version), row.place(), "ledger of version " + version + " (expected: the fact that is live in it)");
            } else if (fold.live(version) == fold.live(version - 1)) {
                add(wrong(version), row.place(), "ledger of version " + version + ", which does not change the fact (expected: no record)");
            }
        }
        last(ledger, before, fold);
    }

    private Invariant wrong(long version) {
        return table.rollbackTo(version).isPresent() ? Invariant.ROLLBACK : Invariant.TOGETHER;
    }

    /** What stands in the ledger is what is live; compaction may have left only that. */
    private void last(List<Row> ledger, long version, Fold fold) {
        Fingerprint stands = ledger.isEmpty() ? Fingerprint.NONE : ledger.get(ledger.size() - 1).one();
        Row live = fold.live(table.settled());
        if (version <= table.settled() && !stands.equals(asLive(live))) {
            Place place = ledger.isEmpty() ? live.place() : ledger.get(ledger.size() - 1).place();
            String expected = live == null ? "no fact" : "what version " + live.number() + " wrote";
            add(Invariant.TOGETHER, place, "stands last in the ledger of the fact (expected: " + expected + ")");
        }
    }

    private static Fingerprint asLive(Row written) {
        return written == null ? Fingerprint.NONE : written.two();
    }

    private void add(Invariant invariant, Place place, String words) {
        findings.add(invariant, place, words);
    }
}
