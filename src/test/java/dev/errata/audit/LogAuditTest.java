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
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LogAuditTest {
    private static final ModelLine LINE = new ModelLine(Topics.DEFAULT, "small");
    private static final AuditRules RULES = AuditRules.of(SmallLine.EDITOR.baseWeights(), FactLimits.DEFAULT);
    private static final MemoryLog LOG = log();

    private static MemoryLog log() {
        try (SmallLine line = line().story();
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
        Map<String, LogFaults.Fault> faults = LogFaults.of(LOG);

        assertThat(faults).allSatisfy((name, fault) -> {
            AuditReport report = LogAudit.of(fault.log(), LINE, RULES.resting());
            assertThat(report.verdict(fault.breaks()).holds()).as("%s: %s", name, report.findings()).isFalse();
        });
        Set<Invariant> broken = faults.values().stream().map(LogFaults.Fault::breaks).collect(Collectors.toSet());
        assertThat(broken).containsExactlyInAnyOrderElementsOf(Arrays.asList(Invariant.values()));
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
