package dev.errata.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.AccumulatorRules;
import dev.errata.fact.FactChange;
import dev.errata.stream.Audience;
import dev.errata.stream.FactEvent;
import dev.errata.stream.FactLimits;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.Topics;
import dev.errata.stream.simulated.Fate;
import dev.errata.stream.simulated.Misdeed;
import dev.errata.stream.simulated.SimulatedBroker;
import dev.errata.stream.simulated.SimulatedClients;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LogAuditTest {
    private static final ModelLine LINE = new ModelLine(Topics.DEFAULT, "small");
    private static final AuditRules RULES = AuditRules.of(SmallLine.EDITOR.baseWeights(), FactLimits.DEFAULT);
    private static final MemoryLog LOG = log(line().story());
    private static final MemoryLog HISTORY = log(line().story().history());

    private static MemoryLog log(SmallLine of) {
        try (SmallLine line = of;
                LogSource log = line.log()) {
            return MemoryLog.copy(log);
        }
    }

    private static SmallLine line() {
        SimulatedBroker broker = new SimulatedBroker(LINE.topics(), 2, times -> true);
        return new SmallLine(new SimulatedClients(broker, Fate.KIND, Misdeed.NONE), LINE);
    }

    @Test
    void shouldFindNothingWhenTheLogIsSound() {
        AuditReport report = LogAudit.of(LOG, LINE, RULES.resting());

        assertThat(report.findings()).isEmpty();
        assertThat(report.versions()).isEqualTo(5);
        assertThat(report.notes()).isEmpty();
        assertThat(report.open()).isEmpty();
    }

    @Test
    void shouldFindNothingWhenVersionsWereRebasedHeldReleasedRejectedAndTagged() {
        AuditReport report = LogAudit.of(HISTORY, LINE, RULES.resting());

        assertThat(report.findings()).isEmpty();
        assertThat(report.versions()).isEqualTo(SmallLine.HISTORY);
        assertThat(report.notes()).isEmpty();
        assertThat(report.open()).isEmpty();
    }

    @Test
    void shouldFindNothingWhenNoModelIsGiven() {
        AuditReport report = LogAudit.of(HISTORY, LINE, AuditRules.structure(FactLimits.DEFAULT).resting());

        assertThat(report.findings()).isEmpty();
        assertThat(report.notes()).containsExactly("no model was given: deltas were not applied");
    }

    /** Nobody need decide: the line rests so, and what stands behind it waits. */
    @Test
    void shouldCountAsOpenWhatWaitsBehindAHeldVersion() {
        try (SmallLine line = line()) {
            line.assertFact("Ada", SmallLine.DOUBTFUL, 1);
            line.rest();
            line.assertFact("Bo", "red", 1);
            line.rollback(0);
            line.rebase();
            line.rest();
            AuditReport report = audit(line, RULES.resting());

            assertThat(report.findings()).isEmpty();
            assertThat(report.open()).isEqualTo(Map.of(
                    "changes in batches to be edited", 1L, "rebases to be made", 1L, "rollbacks to be made", 1L));
            assertThat(report.notes()).containsExactly("version 1 is held: no operator has decided about it");
        }
    }

    @Test
    void shouldMissAtRestWhatARejectAskedFor() {
        try (SmallLine line = line()) {
            line.assertFact("Ada", SmallLine.DOUBTFUL, 1);
            line.rest();
            line.decide(1, false);

            assertThat(audit(line, RULES).findings()).isEmpty();
            assertThat(audit(line, RULES).open()).isEqualTo(Map.of("rejects to be carried out", 1L));
            assertThat(audit(line, RULES.resting()).verdict(Invariant.ROLLBACK).violations()).isEqualTo(1);
        }
    }

    @Test
    void shouldMissAtRestTheHeadOfAReleasedVersion() {
        try (SmallLine line = line()) {
            line.assertFact("Ada", SmallLine.DOUBTFUL, 1);
            line.rest();
            line.decide(1, true);

            assertThat(audit(line, RULES).open()).isEqualTo(Map.of("versions to be announced", 1L));
            assertThat(audit(line, RULES.resting()).verdict(Invariant.CHAIN).violations()).isEqualTo(1);
        }
    }

    private static AuditReport audit(SmallLine line, AuditRules rules) {
        try (LogSource log = line.log()) {
            return LogAudit.of(log, LINE, rules);
        }
    }

    @Test
    void shouldSayThatATagContradictsAnImmutableOne() {
        try (SmallLine line = line().story()) {
            line.tag("first", 1, false);
            line.tag("first", 2, false);
            AuditReport report = audit(line, RULES.resting());

            assertThat(report.findings()).isEmpty();
            assertThat(report.notes()).containsExactly("tags that name otherwise what was named for ever: 1; they change nothing");
        }
    }

    @Test
    void shouldFindNothingWhenAnEventWasForgottenAndCameAgain() {
        try (SmallLine line = line()) {
            FactChange first = line.assertFact("Ada", "red", 1);
            line.rest();
            for (int revision = 2; revision <= AccumulatorRules.REMEMBERED_OF_KEY + 1; revision++) {
                line.assertFact("Ada", "blue", revision);
            }
            line.rest();
            line.publish(first);
            line.rest();
            try (LogSource log = line.log()) {
                AuditReport report = LogAudit.of(log, LINE, RULES.resting());

                assertThat(report.findings()).isEmpty();
                assertThat(report.open()).isEmpty();
            }
        }
    }

    @Test
    void shouldFindNothingWhenFactsAreForOtherLines() {
        try (SmallLine line = line()) {
            line.publish(new FactEvent(line.change("Ada", "red", 1), Audience.parse("other")));
            line.publish(new FactEvent(line.change("Bo", "red", 1), Audience.parse("other, small")));
            line.rest();
            try (LogSource log = line.log()) {
                AuditReport report = LogAudit.of(log, LINE, RULES.resting());

                assertThat(report.findings()).isEmpty();
                assertThat(report.open()).isEmpty();
                assertThat(MemoryLog.copy(log).of(Topic.OUTCOMES)).hasSize(1);
            }
        }
    }

    @Test
    void shouldFindEachFaultByTheInvariantThatItBreaks() {
        Map<String, LogFaults.Fault> faults = new TreeMap<>(LogFaults.of(LOG));
        faults.putAll(HistoryFaults.of(HISTORY, LINE));

        assertThat(faults).allSatisfy((name, fault) -> {
            AuditReport report = LogAudit.of(fault.log(), LINE, RULES.resting());
            assertThat(report.verdict(fault.breaks()).holds()).as("%s: %s", name, report.findings()).isFalse();
        });
        assertThat(faults).hasSizeGreaterThan(60);
        Set<Invariant> broken = faults.values().stream().map(LogFaults.Fault::breaks).collect(Collectors.toSet());
        assertThat(broken).containsExactlyInAnyOrderElementsOf(Arrays.asList(Invariant.values()));
    }

    /** Whatever was wrong before a rebase, what comes after it is known again. */
    @Test
    void shouldFindTheWeightsAgainAtARebase() {
        MemoryLog before = HistoryFaults.redelta(HISTORY, 18);
        MemoryLog both = HistoryFaults.redelta(before, 22);

        assertThat(audit(before).verdict(Invariant.REPLAY).violations()).isEqualTo(1);
        assertThat(audit(both).verdict(Invariant.REPLAY).violations()).isEqualTo(2);
    }

    private static AuditReport audit(MemoryLog log) {
        return LogAudit.of(log, LINE, RULES.resting());
    }

    @Test
    void shouldFindTheSameWhenRowsGoToDisk() {
        LongLog log = new LongLog(LINE, 60_000, 6_000);
        AuditRules inMemory = new AuditRules(FactLimits.DEFAULT, Optional.empty(), true, 10_000_000);
        AuditRules onDisk = new AuditRules(FactLimits.DEFAULT, Optional.empty(), true, 2_000);

        AuditReport report = LogAudit.of(log, LINE, onDisk);

        assertThat(report.verdict(Invariant.ONE_OUTCOME).violations()).isEqualTo(20);
        assertThat(report).isEqualTo(LogAudit.of(log, LINE, inMemory));
    }
}
