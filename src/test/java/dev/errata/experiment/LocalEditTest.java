package dev.errata.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.failure.Failure;
import dev.errata.memit.Editor;
import dev.errata.memit.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalEditTest {
    @TempDir
    private static Path directory;

    private static Workbench bench;
    private static Editor editor;

    @BeforeAll
    static void load() throws IOException {
        bench = Workbench.open(TinyDirectory.configuration(TinyDirectory.in(directory)), List.of());
        editor = bench.editor();
    }

    @AfterAll
    static void close() {
        editor.close();
        bench.close();
    }

    @Test
    void shouldWriteInBatchesOfTheSizeThatWasAsked() {
        LocalEdit.Result result = run(2, states("Norway", "Rome"), states("Chile", "Oslo"), states("Japan", "Paris"));

        assertThat(result.batches()).isEqualTo(2);
        assertThat(result.live()).extracting(fact -> fact.fact().subject()).containsExactly("Norway", "Chile", "Japan");
        assertThat(result.refused()).isEmpty();
        assertThat(result.seconds()).containsOnlyKeys("targets", "keys", "solve", "apply");
    }

    @Test
    void shouldHoldTheLaterObjectWhenAFactChangesTwice() {
        LocalEdit.Result result = run(8, states("Norway", "Rome"), states("Chile", "Oslo"), states("Norway", "Paris"));

        assertThat(result.batches()).as("a fact that comes up again ends the batch").isEqualTo(2);
        assertThat(result.live()).extracting(fact -> fact.fact().object()).containsExactly("Oslo", "Paris");
    }

    @Test
    void shouldForgetAFactWhenItIsRetracted() {
        LocalEdit.Result result = run(8, states("Norway", "Rome"), states("Chile", "Oslo"), retracts("Norway"), retracts("Japan"));

        assertThat(result.live()).extracting(fact -> fact.fact().subject()).containsExactly("Chile");
        assertThat(result.refused()).singleElement().satisfies(one -> {
            assertThat(one.code()).isEqualTo(Failure.FACT_NOT_LIVE);
            assertThat(one.fact().subject()).isEqualTo("Japan");
        });
    }

    @Test
    void shouldSayWhatTheModelCannotTakeAndWriteTheRest() {
        LocalEdit.Result refused = run(8, states("Norway " + "and so on ".repeat(100), "Rome"), states("Chile", "Oslo"));

        assertThat(refused.live()).extracting(fact -> fact.fact().subject()).containsExactly("Chile");
        assertThat(refused.refused()).extracting(LocalEdit.Refused::code).containsExactly(Failure.FACT_TOO_MANY_TOKENS);
    }

    @Test
    void shouldMeasureBeforeAndAfter() {
        EditReport report = new EditTrial(bench).run(List.of(states("Norway", "Rome"), states("Chile", "Oslo")), 2, 50, Progress.NONE);

        assertThat(report.scored()).isEqualTo(2);
        assertThat(report.before().values()).containsKeys("EA", "perplexity");
        assertThat(report.after().values().get("EA")).isGreaterThanOrEqualTo(report.before().values().get("EA"));
        assertThat(report.seconds()).containsKeys("evaluation", "covariance", "targets", "keys", "solve", "apply");
        assertThat(report.json().path("before").path("perplexity").doubleValue()).isPositive();
        assertThat(report.json().path("hyperParameters").path("layers").size()).isEqualTo(2);
    }

    private static LocalEdit.Result run(int size, FactChange... changes) {
        return new LocalEdit(editor, size).run(List.of(changes), Progress.NONE);
    }

    private static Asserted states(String subject, String object) {
        Fact fact = new Fact(subject, new Relation("P36", "The capital of {} is"), object);
        return new Asserted(new EventId("test", subject + object), fact, Revision.at(Instant.EPOCH), Optional.empty(), Probes.NONE);
    }

    private static Retracted retracts(String subject) {
        return new Retracted(new EventId("test", "no " + subject), subject, "P36", Revision.at(Instant.EPOCH));
    }
}
