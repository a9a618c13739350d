package dev.errata.simulation;

import dev.errata.batch.Batch;
import dev.errata.batch.Intent;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Live;
import dev.errata.delta.Replay;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.VersionChain;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Outcome.Replaced;
import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.DeadLetter;
import dev.errata.stream.FactLimits;
import dev.errata.stream.Head;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.FactReader;
import dev.errata.stream.event.FactReader.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The invariants of the log, checked from the topics alone: what was consumed against what became of it, versions against intents,
 * ledger and head against versions, and the weights of every version against their digests.
 *
 * <p>It trusts nothing that a service remembers, so it says the same of a log whatever was killed while it was written. It is meant for
 * a line that has come to rest; on a moving one {@link #undone()} is not empty.
 *
 * <h2>Limits</h2> Memory only. Facts that have expired cannot be checked. <h2>Thread safety</h2> None: one thread.
 */
public final class LogCheck {
    private final LogContents log;
    private final SortedMap<String, EditedTensor> base;
    private final Map<Position, FactChange> changes = new LinkedHashMap<>();
    private final Map<Position, RawRecord> unreadable = new LinkedHashMap<>();
    private final Map<Position, List<DeadLetter>> letters;
    private final Map<Position, List<Outcome>> outcomes;
    private final Map<Position, List<Batch>> batches = new HashMap<>();
    private final Map<String, List<Version>> versionsOf;
    private final List<String> findings = new ArrayList<>();

    /** @param base every tensor that may be edited, as the base model has it, by name */
    public LogCheck(LogContents log, SortedMap<String, EditedTensor> base, FactLimits limits) {
        this.log = log;
        this.base = base;
        FactReader reader = new FactReader(limits);
        log.facts().forEach(record -> read(reader, record));
        this.letters = log.deadLetters().stream().filter(LogCheck::ofFacts).collect(Collectors.groupingBy(LogCheck::position));
        this.outcomes = log.outcomes().stream().collect(Collectors.groupingBy(Outcome::position));
        this.versionsOf = log.versions().stream().collect(Collectors.groupingBy(Version::intent));
        for (Batch batch : batches()) {
            batch.arrivals().forEach(arrival -> batches.computeIfAbsent(arrival.position(), any -> new ArrayList<>()).add(batch));
        }
    }

    private void read(FactReader reader, RawRecord record) {
        try {
            if (reader.read(record) instanceof Request.Change change) {
                changes.put(record.position(), change.change());
            }
        } catch (ErrataException e) {
            unreadable.put(record.position(), record);
        }
    }

    /** What has not come to its end yet; empty when the line is at rest. */
    public List<String> undone() {
        List<String> undone = new ArrayList<>();
        changes.keySet().stream().filter(at -> !outcomes.containsKey(at)).forEach(at -> undone.add("no outcome of " + told(at)));
        unreadable.keySet().stream().filter(at -> !letters.containsKey(at)).forEach(at -> undone.add("no dead letter of " + told(at)));
        long made = 0;
        for (Intent intent : log.intents()) {
            // A rollback to a version that did not exist by then is declined and leaves no trace.
            if (intent instanceof Intent.Rollback rollback && rollback.to() <= made && !versionsOf.containsKey(intent.id())) {
                undone.add("no version of " + intent);
            }
            made += versionsOf.getOrDefault(intent.id(), List.of()).size();
        }
        long head = log.heads().isEmpty() ? -1 : last(log.heads()).version();
        if (head != log.versions().size()) {
            undone.add("head " + head + " (expected: " + log.versions().size() + ")");
        }
        return undone;
    }

    /** What does not hold, in words; empty for a sound log. */
    public List<String> findings() {
        findings.clear();
        findings.addAll(undone());
        deadLetters();
        outcomes();
        intents();
        written();
        evaluations();
        chain().ifPresent(chain -> {
            replaced(chain);
            heads(chain);
            ledger(chain);
            weights(chain);
        });
        return List.copyOf(findings);
    }

    private void deadLetters() {
        letters.forEach((at, found) -> {
            RawRecord record = unreadable.get(at);
            require(record != null, "dead letter of " + told(at), "of an unreadable record");
            same("dead letters of " + told(at), found.size(), 1);
            found.forEach(letter -> require(
                    record == null || Arrays.equals(letter.record().value(), record.value()),
                    "dead letter of " + told(at), "the record as it was received"));
        });
    }

    private void outcomes() {
        outcomes.forEach((at, found) -> {
            FactChange change = changes.get(at);
            same("outcomes of " + told(at), found.size(), 1);
            require(change != null, "outcome of " + told(at), "of a fact change");
            if (change != null) {
                found.forEach(outcome -> outcome(at, change, outcome));
            }
        });
        Map<EventId, List<Position>> readings = new LinkedHashMap<>();
        changes.forEach((at, change) -> readings.computeIfAbsent(change.event(), any -> new ArrayList<>()).add(at));
        readings.forEach(this::onlyTheFirstCounts);
    }

    private void outcome(Position at, FactChange change, Outcome outcome) {
        same("event of the outcome of " + told(at), outcome.event(), change.event());
        same("key of the outcome of " + told(at), outcome.key(), change.key());
        int sealed = batches.getOrDefault(at, List.of()).size();
        if (outcome.fate() instanceof Fate.Superseded superseded) {
            same("batches of superseded " + told(at), sealed, 0);
            require(isSuccessor(change, superseded.by()), told(at) + " superseded by " + superseded.by(), "a later revision by its source");
        } else if (outcome.fate() instanceof Fate.Duplicate) {
            same("batches of duplicate " + told(at), sealed, 0);
        } else if (outcome.fate() instanceof Fate.Applied applied) {
            same("batches of applied " + told(at), sealed, 1);
            boolean holds = batches.getOrDefault(at, List.of()).stream()
                    .flatMap(batch -> versionsOf.getOrDefault(batch.id(), List.of()).stream())
                    .anyMatch(version -> version.number() == applied.version() && holds(version, change));
            require(holds, told(at) + " applied in version " + applied.version(), "a version of its batch that holds it");
        } else if (outcome.fate() instanceof Fate.Rejected rejected) {
            same("batches of rejected " + told(at), sealed, rejected.code() == Failure.FACT_CONFLICT ? 0 : 1);
        }
    }

    private boolean isSuccessor(FactChange change, EventId by) {
        return changes.values().stream().anyMatch(other -> other.event().equals(by)
                && other.key().equals(change.key())
                && by.source().equals(change.event().source())
                && !other.revision().isOlderThan(change.revision()));
    }

    private static boolean holds(Version version, FactChange change) {
        if (!(version.change() instanceof Edited edited)) {
            return false;
        }
        boolean in = edited.in().stream().anyMatch(fact -> fact.event().equals(change.event()));
        return change instanceof FactChange.Retracted ? !in && edited.out().contains(change.key()) : in;
    }

    /** Of all readings of one event one counts; where they have an order, it is the first. */
    private void onlyTheFirstCounts(EventId event, List<Position> readings) {
        List<Position> counting = readings.stream()
                .filter(at -> outcomes.getOrDefault(at, List.of()).stream().anyMatch(o -> !(o.fate() instanceof Fate.Duplicate)))
                .toList();
        same("readings of " + event + " that are no duplicates", counting.size(), 1);
        if (readings.stream().map(Position::partition).distinct().count() == 1) {
            Position first = readings.stream().min(Comparator.comparingLong(Position::offset)).orElseThrow();
            require(counting.contains(first), "duplicate: the first reading of " + event, "a later one");
        }
    }

    private void intents() {
        Set<String> ids = new HashSet<>();
        log.intents().forEach(intent -> require(ids.add(intent.id()), "intent " + intent.id() + " twice", "once"));
        for (Batch batch : batches()) {
            for (Arrival arrival : batch.arrivals()) {
                Position at = arrival.position();
                same("change in batch " + batch.id(), arrival.change(), changes.get(at));
                same("batches of " + told(at), batches.get(at).size(), 1);
                outcomes.getOrDefault(at, List.of()).forEach(outcome -> require(
                        outcome.fate() instanceof Fate.Applied || outcome.fate() instanceof Fate.Rejected,
                        outcome.toString(), "applied or rejected, since it is in batch " + batch.id()));
            }
        }
        List<String> order = log.intents().stream().map(Intent::id).filter(versionsOf::containsKey).toList();
        same("intents of the versions", log.versions().stream().map(Version::intent).toList(), order);
    }

    /** No event changes two versions, and what a version writes has an outcome that says so. */
    private void written() {
        Map<EventId, Long> written = new HashMap<>();
        for (Version version : log.versions()) {
            if (version.change() instanceof Edited edited) {
                edited.in().forEach(fact -> {
                    Long before = written.put(fact.event(), version.number());
                    require(before == null, fact.event() + " in versions " + before + " and " + version.number(), "in one");
                    boolean told = log.outcomes().stream().anyMatch(outcome -> outcome.event().equals(fact.event())
                            && outcome.fate() instanceof Fate.Applied applied
                            && applied.version() == version.number());
                    require(told, "no outcome says that version " + version.number() + " holds " + fact.event(), "one");
                });
            }
        }
    }

    private void evaluations() {
        same("versions with an evaluation",
                log.evaluations().stream().map(evaluation -> evaluation.version() + " " + evaluation.versionDigest()).toList(),
                log.versions().stream().map(version -> version.number() + " " + version.digest()).toList());
    }

    /** The versions as a chain, in which each is proven to follow its parent; empty where one does not. */
    private Optional<VersionChain> chain() {
        String model = log.versions().isEmpty() ? "none" : log.versions().get(0).model();
        VersionChain chain = new VersionChain(model, digests(base));
        try {
            log.versions().forEach(chain::append);
            return Optional.of(chain);
        } catch (ErrataException e) {
            findings.add(e.getMessage());
            return Optional.empty();
        }
    }

    private void replaced(VersionChain chain) {
        for (Outcome outcome : log.outcomes()) {
            if (outcome.fate() instanceof Fate.Applied applied && applied.version() <= chain.head()) {
                Optional<Replaced> before = Optional.ofNullable(chain.live(applied.version() - 1).get(outcome.key()))
                        .map(live -> new Replaced(live.fact().event(), live.fact().fact().object(), live.version()));
                same("replaced by " + outcome.event(), applied.replaced(), before);
            }
        }
    }

    private void heads(VersionChain chain) {
        long before = 0;
        for (Head head : log.heads()) {
            boolean forward = head.version() >= before && head.version() <= chain.head();
            require(forward, "head " + head.version() + " after " + before, "no way back");
            before = head.version();
            require(head.version() > chain.head() || head.digest().equals(chain.digest(head.version())), head.toString(), "that digest");
        }
    }

    private void ledger(VersionChain chain) {
        Map<FactKey, Live> ledger = new HashMap<>();
        Map<FactKey, LedgerChange> before = new HashMap<>();
        for (LedgerChange change : log.ledger()) {
            // Every change is another one than the last; the same again is one that a lost transaction has left.
            require(!change.equals(before.put(change.key(), change)), "ledger: " + change + " twice", "once");
            if (change instanceof LedgerChange.Written written) {
                ledger.put(written.key(), new Live(written.version(), written.fact()));
            } else {
                ledger.remove(change.key());
            }
        }
        same("ledger", ledger, chain.live());
    }

    /** Every version from its parent's weights, or from the base where it does not go on from there. */
    private void weights(VersionChain chain) {
        SortedMap<String, EditedTensor> weights = base;
        try {
            for (long number = 1; number <= chain.head(); number++) {
                boolean goesOn = chain.path(number - 1, number).isPresent();
                weights = Replay.weights(goesOn ? weights : base, goesOn ? number - 1 : 0, chain, number, version -> {
                    byte[] delta = log.deltas().get(version.number());
                    return DeltaCodec.decode(Objects.requireNonNullElse(delta, new byte[0]));
                });
            }
        } catch (ErrataException e) {
            findings.add(e.getMessage());
        }
    }

    private List<Batch> batches() {
        return log.intents().stream()
                .filter(intent -> intent instanceof Intent.Edit)
                .map(intent -> ((Intent.Edit) intent).batch())
                .toList();
    }

    static SortedMap<String, String> digests(SortedMap<String, EditedTensor> tensors) {
        SortedMap<String, String> digests = new TreeMap<>();
        tensors.forEach((name, tensor) -> digests.put(name, tensor.digest()));
        return digests;
    }

    private String told(Position at) {
        return at + (changes.containsKey(at) ? " (" + changes.get(at).event() + ")" : "");
    }

    private void same(String what, Object found, Object expected) {
        require(Objects.equals(found, expected), what + ": " + found, expected);
    }

    private void require(boolean holds, String found, Object expected) {
        if (!holds) {
            findings.add(found + " (expected: " + expected + ")");
        }
    }

    private static boolean ofFacts(DeadLetter letter) {
        return header(letter, "errata-topic").endsWith(Topic.FACTS.suffix());
    }

    private static Position position(DeadLetter letter) {
        return new Position(Integer.parseInt(header(letter, "errata-partition")), Long.parseLong(header(letter, "errata-offset")));
    }

    private static String header(DeadLetter letter, String name) {
        return letter.record().headers().stream()
                .filter(header -> header.name().equals(name))
                .map(header -> new String(header.value(), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("dead letter without " + name + " (expected: on each)"));
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }
}
