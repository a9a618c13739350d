package dev.errata.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.api.ReadyzResource;
import dev.errata.cli.demo.CounterFactRecords;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.evaluation.Scores;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Outcome;
import dev.errata.follower.Answer;
import dev.errata.follower.Ask;
import dev.errata.stream.Operator;
import dev.errata.stream.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on real parts: broker, transactions, bundled model, MEMIT, follower. */
class WholePathIT {
    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void shouldAnswerWithTheNewFactAndWithTheOldOneAgainWhenRolledBack() {
        Map<String, String> more = Map.of("errata.topics.prefix", "path.");
        try (TestStation line = new TestStation(broker.bootstrapServers(), directory.resolve("state"), more)) {
            // Given
            List<Asserted> facts = CounterFactRecords.read().subList(0, 8);
            Asserted fact = facts.get(0);
            line.awaitServed(0);
            assertThat(new ReadyzResource(line.station()).ready().getStatus()).isEqualTo(200);
            Answer before = line.station().answers().ask(question(fact, OptionalLong.empty()));

            // When
            line.facts().publish(List.copyOf(facts));
            List<Outcome> outcomes = line.awaitOutcomes(facts.size());
            line.awaitServed(1);

            // Then
            assertThat(outcomes).hasSize(facts.size()).allMatch(outcome -> outcome.fate() instanceof Fate.Applied);
            Version version = line.versions().get(0);
            assertThat(((Edited) version.change()).in()).hasSizeBetween(1, facts.size());
            Evaluation evaluation = line.evaluations().get(0);
            assertThat(evaluation.written().byName().get(Scores.EFFICACY_SUCCESS).percent()).isGreaterThanOrEqualTo(95);
            long head = line.versions().size();
            line.awaitServed(head);
            Answer after = line.station().answers().ask(question(fact, OptionalLong.empty()));
            assertThat(before.choices().get(0).probability()).isLessThan(before.choices().get(1).probability());
            assertThat(after.choices().get(0).probability()).isGreaterThan(after.choices().get(1).probability());
            assertThat(line.station().answers().ask(question(fact, OptionalLong.of(0)))).isEqualTo(before);

            // When
            line.operators().rollback(Operator.ANYBODY, 0, "to see the old answer again");
            line.awaitServed(head + 1);

            // Then
            Answer again = line.station().answers().ask(question(fact, OptionalLong.empty()));
            assertThat(again.choices()).isEqualTo(before.choices());
            assertThat(again.text()).isEqualTo(before.text());
            assertThat(again.digest()).isEqualTo(before.digest());
        }
    }

    private static Ask question(Asserted fact, OptionalLong version) {
        return new Ask(fact.fact().prompt(), version, 3, List.of(fact.fact().object(), fact.previousObject().orElseThrow()));
    }
}
