package dev.errata.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.Version;
import dev.errata.fact.FactChange;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.LinearEditor;
import dev.errata.stream.Audience;
import dev.errata.stream.FactEvent;
import dev.errata.stream.FactLimits;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Operation;
import dev.errata.stream.Operator;
import dev.errata.stream.RawRecord;
import dev.errata.stream.SettledOutcome;
import dev.errata.stream.Topic;
import dev.errata.stream.Topics;
import dev.errata.stream.kafka.KafkaBranch;
import dev.errata.stream.kafka.KafkaHistory;
import dev.errata.stream.kafka.KafkaLogSource;
import dev.errata.stream.simulated.Misdeed;
import dev.errata.stream.simulated.SimulatedBroker;
import dev.errata.stream.simulated.SimulatedClients;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Branches, made and gone on with by real cycles, and what the auditor says of both lines. */
class BranchAuditTest {
    private static final ModelLine A = new ModelLine(Topics.DEFAULT, "a");
    private static final ModelLine B = new ModelLine(Topics.DEFAULT, "b");
    private static final Clock CLOCK = Clock.fixed(SmallLine.NOON, ZoneOffset.UTC);
    private static final AuditRules RULES = AuditRules.of(SmallLine.EDITOR.baseWeights(), FactLimits.DEFAULT).resting();

    private final SimulatedBroker broker = new SimulatedBroker(A.topics(), 2, times -> true);
    private final SimulatedClients clients = new SimulatedClients(broker, dev.errata.stream.simulated.Fate.KIND, Misdeed.NONE);
    private final KafkaBranch branches = new KafkaBranch(clients, A, FactLimits.DEFAULT, CLOCK);

    private static Operation told() {
        return new Operation(
                "branch-1", Operator.ANYBODY, Operation.Action.BRANCH, "line b", "", SmallLine.NOON, new Operation.Result.Accepted());
    }

    private int branch(long from) {
        return branches.make("b", branches.plan("b", from), told());
    }

    private MemoryLog log(ModelLine line) {
        try (LogSource log = new KafkaLogSource(clients, line)) {
            return MemoryLog.copy(log);
        }
    }

    private void sound(ModelLine line) {
        AuditReport report = LogAudit.of(log(line), line, RULES);
        assertThat(report.findings()).as(line.model()).isEmpty();
        assertThat(report.open()).as(line.model()).isEmpty();
    }

    private List<Version> versions(ModelLine line) {
        try (var reader = new KafkaHistory(clients, line).versions()) {
            return reader.catchUp();
        }
    }

    private List<Outcome> outcomes(ModelLine line) {
        try (var reader = new KafkaHistory(clients, line).outcomes()) {
            return reader.catchUp().stream().map(SettledOutcome::outcome).toList();
        }
    }

    @Test
    void shouldGoOnApartFromTheSameWeights() {
        try (SmallLine a = new SmallLine(clients, A)) {
            FactChange old = a.assertFact("Gil", "red", 1);
            a.story();
            int before = versions(A).size();

            int copied = branch(before);

            assertThat(copied).isEqualTo(branches.plan("b", before).copies().size());
            assertThat(versions(B)).isEqualTo(branches.plan("b", before).copies());
            sound(B);
            try (SmallLine b = new SmallLine(clients, B)) {
                a.assertFact("Fay", "red", 1);
                a.rest();
                b.rest();
                assertThat(versions(B).get(copied).digest()).isEqualTo(versions(A).get(before).digest());

                a.publish(new FactEvent(a.change("Fay", "blue", 2), Audience.parse("b")));
                a.publish(new FactEvent(a.change("Fay", "white", 3), Audience.parse("a")));
                a.publish(old);
                a.rest();
                b.rest();
                assertThat(versions(B).get(copied + 1).digest()).isNotEqualTo(versions(A).get(before + 1).digest());
                assertThat(outcomes(B)).filteredOn(outcome -> outcome.event().equals(old.event()))
                        .singleElement().satisfies(outcome -> assertThat(outcome.fate()).isEqualTo(new Fate.Duplicate()));
            }
            sound(A);
            sound(B);
        }
    }

    @Test
    void shouldNotTakeOlderRevisionsThanTheCopiedFacts() {
        try (SmallLine a = new SmallLine(clients, A)) {
            a.assertFact("Ada", "red", 5);
            a.rest();
            branch(1);
            try (SmallLine b = new SmallLine(clients, B)) {
                a.assertFact("Ada", "blue", 4);
                a.rest();
                b.rest();
                assertThat(outcomes(B)).singleElement()
                        .satisfies(outcome -> assertThat(outcome.fate()).isInstanceOf(Fate.Superseded.class));
            }
            sound(B);
        }
    }

    @Test
    void shouldRefuseAnythingElseWhereItIsThere() {
        try (SmallLine a = new SmallLine(clients, A)) {
            a.story();
            assertThat(branch(2)).isEqualTo(2);
            assertThat(branch(2)).isZero();

            sound(B);
            refused(() -> branch(1), Failure.LINE_EXISTS);
            refused(() -> branch(3), Failure.LINE_EXISTS);
            refused(() -> branch(0), Failure.LINE_EXISTS);
            assertThat(versions(B)).hasSize(2);
            refused(() -> branches.plan("a", 1), Failure.LINE_EXISTS);
            refused(() -> branches.plan("b", 9), Failure.VERSION_UNKNOWN);
            refused(() -> branches.plan("b b", 1), Failure.SETTING_INVALID);
        }
        try (var audit = new KafkaHistory(clients, B).operations()) {
            assertThat(audit.catchUp()).containsExactly(told());
        }
    }

    /** At every commit, before and after. */
    @Test
    void shouldGoOnWithTheSameAloneWhereItStopped() {
        try (SmallLine a = new SmallLine(clients, A)) {
            a.story();
            int stops = 0;
            for (Stop stop = new Stop(1); stopped(stop, "b" + stop.after, 2); stop = new Stop(stop.after + 1)) {
                ModelLine line = new ModelLine(Topics.DEFAULT, "b" + stop.after);
                boolean begun = !log(line).of(Topic.INTAKE).stream().filter(record -> isOf(record, line.model())).toList().isEmpty();
                if (begun) {
                    refused(() -> branches.make(line.model(), branches.plan(line.model(), 3), told()), Failure.LINE_EXISTS);
                }
                branches.make(line.model(), branches.plan(line.model(), 2), told());
                assertThat(versions(line)).isEqualTo(branches.plan(line.model(), 2).copies());
                sound(line);
                stops++;
            }
            assertThat(stops).as("a beginning, two versions, a head, before and after").isEqualTo(8);
        }
    }

    /** Whether the process ended before the branch was whole. */
    private boolean stopped(Stop stop, String name, long from) {
        KafkaBranch process = new KafkaBranch(new SimulatedClients(broker, stop, Misdeed.NONE), A, FactLimits.DEFAULT, CLOCK);
        try {
            process.make(name, process.plan(name, from), told());
            return false;
        } catch (Stopped e) {
            return true;
        }
    }

    private static final class Stopped extends Error {}

    /** A process that ends at so many steps into committing. */
    private static final class Stop implements dev.errata.stream.simulated.Fate {
        private final int after;
        private int steps;

        Stop(int after) {
            this.after = after;
        }

        @Override
        public void step(String call) {
            if ((call.startsWith("commit ") || call.startsWith("committed ")) && ++steps == after) {
                throw new Stopped();
            }
        }

        @Override
        public boolean dead() {
            return steps >= after;
        }
    }

    @Test
    void shouldRefuseALineThatHasTakenFactsIn() {
        try (SmallLine a = new SmallLine(clients, A); SmallLine b = new SmallLine(clients, B)) {
            a.assertFact("Ada", "red", 1);
            a.rest();
            b.assertFact("Bo", LinearEditor.UNLEARNABLE, 1);
            b.rest();
        }
        refused(() -> branch(1), Failure.LINE_EXISTS);
    }

    @Test
    void shouldBeginFromTheBase() {
        try (SmallLine a = new SmallLine(clients, A)) {
            a.assertFact("Ada", "red", 1);
            a.rest();
            assertThat(branch(0)).isZero();
            try (SmallLine b = new SmallLine(clients, B)) {
                a.assertFact("Bo", "red", 1);
                b.rest();
            }
            assertThat(versions(B)).hasSize(1);
            sound(B);
        }
    }

    @Test
    void shouldFindAnOlderRevisionThatReplacesACopiedFact() {
        try (SmallLine a = new SmallLine(clients, A)) {
            a.assertFact("Ada", "red", 5);
            a.rest();
            branch(1);
            try (SmallLine b = new SmallLine(clients, B)) {
                a.assertFact("Ada", "blue", 6);
                b.rest();
            }
        }
        sound(B);
        MemoryLog log = log(B).with(Topic.BATCHES, records -> {
            records.replaceAll(record -> valued(record, "b", "\"number\":6", "\"number\":4"));
            return records;
        });

        assertThat(LogAudit.of(log, B, RULES).findings())
                .anyMatch(finding -> finding.toString().contains("an older revision of a fact in a later batch"));
    }

    @Test
    void shouldFindWhatIsWrongWithACopy() {
        try (SmallLine a = new SmallLine(clients, A)) {
            a.story();
            branch(5);
        }
        MemoryLog log = log(B);
        String digest = versions(B).get(0).digest();

        breaks(Invariant.CHAIN, log.with(Topic.VERSIONS, records -> {
            // The origin says another digest.
            records.replaceAll(record -> valued(record, "a", digest, "0".repeat(64)));
            return records;
        }));
        breaks(Invariant.ONE_WRITER, log.with(Topic.VERSIONS, records -> {
            // An intent is named that there is not.
            records.replaceAll(record -> isOf(record, "b") ? MemoryLog.withHeader(record, "errata-intent-offset", "0") : record);
            return records;
        }));
        breaks(Invariant.CHUNKS, log.with(Topic.DELTAS, records -> without(records, "b")));
        breaks(Invariant.TOGETHER, log.with(Topic.LEDGER, records -> without(records, "b")));
        breaks(Invariant.TOGETHER, log.with(Topic.EVALUATIONS, records -> without(records, "b")));
        breaks(Invariant.ONE_OUTCOME, log.with(Topic.INTAKE, records -> without(records, "b")));
        AuditReport alone = LogAudit.of(log.with(Topic.VERSIONS, records -> without(records, "a")), B, RULES);
        assertThat(alone.findings()).isEmpty();
        assertThat(alone.notes()).anySatisfy(note -> assertThat(note).contains("copies of versions that are not in these topics"));
    }

    private static void breaks(Invariant invariant, MemoryLog log) {
        AuditReport report = LogAudit.of(log, B, RULES);
        assertThat(report.verdict(invariant).holds()).as("%s: %s", invariant, report.findings()).isFalse();
    }

    private static boolean isOf(RawRecord record, String model) {
        String key = new String(record.key(), StandardCharsets.UTF_8);
        return key.equals(model) || key.startsWith("[\"" + model + "\"");
    }

    private static List<RawRecord> without(List<RawRecord> records, String model) {
        records.removeIf(record -> isOf(record, model));
        return records;
    }

    private static RawRecord valued(RawRecord record, String model, String from, String to) {
        return isOf(record, model)
                ? MemoryLog.valued(
                        record, new String(record.value(), StandardCharsets.UTF_8).replace(from, to).getBytes(StandardCharsets.UTF_8))
                : record;
    }

    private static void refused(ThrowingCallable call, Failure code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(code));
    }
}
