package dev.errata.audit;

import dev.errata.audit.AuditReport.Verdict;
import dev.errata.audit.Row.About;
import dev.errata.audit.Row.Kind;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads all topics of a line once and says whether each invariant holds.
 *
 * <p>Nothing is seen before its cause: what follows from other records is read before them. Versions and chunks are checked as they are
 * read, in their order; everything else becomes {@link Row}s, which are sorted, on disk where they are many, and compared where they
 * meet: all that is said of one event, one fact key, one version, one intent, one unreadable record.
 *
 * <p>The line may go on meanwhile. What was consumed or committed when the audit began must have its effects; what came later may
 * still have to come to its end, and is counted as open.
 *
 * <h2>Limits</h2> Memory for {@link AuditRules#rowsInMemory} rows, all rows of one event or one fact key, a few dozen bytes a version, one
 * entry more for each rebase and some hundred bytes for each copy that a branch begins with, two copies of the edited tensors and one
 * delta. Each rollback that an edit follows reads the deltas of the version it went back to again.
 * <h2>Thread safety</h2> None: one thread.
 */
public final class LogAudit {
    private final Evidence evidence;

    private LogAudit(Evidence evidence) {
        this.evidence = evidence;
    }

    /**
     * Audits the line.
     *
     * @throws dev.errata.failure.ErrataException LOG_UNREACHABLE or TOPIC_MISMATCH where the topics cannot be read
     */
    public static AuditReport of(LogSource source, ModelLine line, AuditRules rules) {
        try (Evidence evidence = new Evidence(source, line, rules)) {
            return new LogAudit(evidence).report();
        }
    }

    private AuditReport report() {
        Announcements announcements = new Announcements(evidence);
        Settlements settlements = new Settlements(evidence);
        Naming naming = new Naming(evidence);
        // Effects before causes.
        settlements.pending();
        announcements.heads();
        announcements.ledger();
        announcements.evaluations();
        naming.read();
        settlements.outcomes();
        VersionReading versions = new VersionReading(evidence);
        versions.read();
        OperationReading operations = new OperationReading(evidence);
        operations.read();
        announcements.requireHead(operations.announceable());
        settlements.deadLetters();
        new IntentReading(evidence).read();
        settlements.facts();
        evidence.snapshot.readAll(evidence.source);
        join();
        return new AuditReport(
                evidence.line.model(), evidence.versions.head(), verdicts(), evidence.records(), evidence.open(),
                notes(List.of(versions.notes(), naming.note().stream().toList(), operations.note().stream().toList())));
    }

    private void join() {
        Map<About, Consumer<List<Row>>> checks = new EnumMap<>(About.class);
        checks.put(About.EVENT, new EventCheck(evidence)::check);
        checks.put(About.KEY, new KeyCheck(evidence)::check);
        VersionCheck versions = new VersionCheck(evidence);
        checks.put(About.VERSION, versions::version);
        checks.put(About.INTENT, versions::intent);
        checks.put(About.RECORD, new Settlements(evidence)::record);
        evidence.rows.groups(group -> checks.get(group.get(0).about()).accept(group));
    }

    private List<Verdict> verdicts() {
        return Arrays.stream(Invariant.values())
                .map(invariant -> new Verdict(invariant, evidence.findings.count(invariant), evidence.findings.first(invariant)))
                .toList();
    }

    private List<String> notes(List<List<String>> more) {
        List<String> notes = new ArrayList<>();
        if (evidence.records().isEmpty()) {
            notes.add("no record of this line was found");
        }
        if (evidence.snapshot.anyExpired()) {
            notes.add("facts have expired: of those, only what became of them was checked");
        }
        if (evidence.snapshot.lettersExpired()) {
            notes.add("dead letters have expired: whether each unreadable record had one was not checked");
        }
        if (!evidence.snapshot.knowsOffsets()) {
            notes.add("the accumulator's group has no offsets: what it has consumed is not known");
        }
        if (evidence.shared()) {
            notes.add("others write to these topics too: an unreadable fact may have a dead letter of each line");
        }
        more.forEach(notes::addAll);
        return notes;
    }

    /** All of a group's rows of one kind. */
    static List<Row> of(List<Row> group, Kind kind) {
        return group.stream().filter(row -> row.kind() == kind).toList();
    }

    /** Where a version lies. */
    static Place version(Evidence evidence, long number) {
        return new Place(Topic.VERSIONS, 0, number < 1 ? 0 : evidence.versions.offset(number));
    }
}
