package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.fact.EventId;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Probes;
import dev.errata.failure.Failure;
import dev.errata.stream.FactLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FactFileTest {
    private static final Instant NOW = Instant.parse("2026-05-05T05:05:05Z");
    private static final String OURS =
            """
            {"subject":"Angola","relation":"P30","prompt":"{} is located in","object":"Antarctica"}""";
    private static final String COUNTERFACT =
            """
            {"case_id": 20952, "requested_rewrite": {"prompt": "{} is located in", "relation_id": "P30", "subject": "Angola",
             "target_new": {"str": "Antarctica", "id": "Q51"}, "target_true": {"str": "Africa", "id": "Q15"}},
             "paraphrase_prompts": ["Angola belongs to the continent of"], "neighborhood_prompts": ["Ghana is in", "Ethiopia is in"]}""";

    private static FactFile read(String text) throws IOException {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static FactFile read(byte[] bytes) throws IOException {
        return FactFile.read(new ByteArrayInputStream(bytes), FactLimits.DEFAULT, "urn:test", NOW);
    }

    @Test
    void shouldReadOneChangeALineWhenLinesAreOurs() throws IOException {
        FactFile file = read(OURS + "\n\n  \r\n" + OURS.replace("Angola", "Peru"));

        assertThat(file.bad()).isEmpty();
        assertThat(file.changes()).extracting(FactFile.Change::line).containsExactly(1, 4);
        assertThat(file.changes()).extracting(changed -> changed.change().subject()).containsExactly("Angola", "Peru");
    }

    @Test
    void shouldReadCounterFactWhenItIsAnArray() throws IOException {
        FactFile file = read("\n[" + COUNTERFACT + ",\n" + COUNTERFACT.replace("Angola", "Peru") + "]");

        assertThat(file.bad()).isEmpty();
        assertThat(file.changes()).extracting(FactFile.Change::line).containsExactly(2, 5);
        Asserted angola = (Asserted) file.changes().get(0).change();
        assertThat(angola.fact().prompt()).isEqualTo("Angola is located in");
        assertThat(angola.fact().relation().id()).isEqualTo("P30");
        assertThat(angola.fact().object()).isEqualTo("Antarctica");
        assertThat(angola.previousObject()).isEqualTo(Optional.of("Africa"));
        assertThat(angola.probes())
                .isEqualTo(new Probes(List.of("Angola belongs to the continent of"), List.of("Ghana is in", "Ethiopia is in")));
    }

    @Test
    void shouldGiveTheSameEventWhenCounterFactStandsOnLines() throws IOException {
        FactFile array = read("[" + COUNTERFACT + "]");

        FactFile lines = read(COUNTERFACT.replace("\n", ""));

        assertThat(lines.changes()).isEqualTo(array.changes());
    }

    @Test
    void shouldMakeAnIdOfSourceAndContentWhenThereIsNone() throws IOException {
        EventId id = read(OURS).changes().get(0).change().event();

        assertThat(read(OURS.replace(":", " : ")).changes().get(0).change().event()).isEqualTo(id);
        assertThat(read(OURS.replace("Antarctica", "Asia")).changes().get(0).change().event()).isNotEqualTo(id);
        byte[] same = OURS.getBytes(StandardCharsets.UTF_8);
        FactFile elsewhere = FactFile.read(new ByteArrayInputStream(same), FactLimits.DEFAULT, "urn:other", NOW.plusSeconds(1));
        assertThat(elsewhere.changes().get(0).change().event().id()).isNotEqualTo(id.id());
    }

    @Test
    void shouldNameTheLineAndGoOnWhenALineIsBad() throws IOException {
        FactFile file = read("{\"subject\":\n" + OURS + "\n{\"subject\": \"Peru\"}\n" + OURS.replace("{} is", "it is"));

        assertThat(file.changes()).extracting(FactFile.Change::line).containsExactly(2);
        assertThat(file.bad()).extracting(FactFile.Bad::line).containsExactly(1, 3, 4);
        assertThat(file.bad()).extracting(FactFile.Bad::code)
                .containsExactly(Failure.FACT_UNREADABLE, Failure.FACT_UNREADABLE, Failure.SUBJECT_NOT_IN_PROMPT);
    }

    @Test
    void shouldRefuseALineWhenItIsNotUtf8() throws IOException {
        FactFile file = read(OURS.replace("Angola", "Per\u00fa").getBytes(StandardCharsets.ISO_8859_1));

        assertThat(file.changes()).isEmpty();
        assertThat(file.bad()).extracting(FactFile.Bad::code).containsExactly(Failure.FACT_UNREADABLE);
    }

    @Test
    void shouldNameTheLineAndStopWhenAnArrayBreaksOff() throws IOException {
        FactFile file = read("[" + OURS + ",\n" + OURS + ",\n{\"subject\": ");

        assertThat(file.changes()).hasSize(2);
        assertThat(file.bad()).extracting(FactFile.Bad::line).containsExactly(3);
    }

    @Test
    void shouldBeEmptyWhenThereIsNothingInIt() throws IOException {
        assertThat(read("")).isEqualTo(new FactFile(List.of(), List.of()));
        assertThat(read(" []")).isEqualTo(new FactFile(List.of(), List.of()));
    }

    @Test
    void shouldNameTheLineAndStopWhenAnArrayIsBeyondALimitOfJson() throws IOException {
        FactFile deep = read("[" + OURS + ",\n" + "[".repeat(1200));
        FactFile wide = read("[" + OURS + ",\n" + "9".repeat(1200) + "]");

        assertThat(List.of(deep, wide)).allSatisfy(file -> {
            assertThat(file.changes()).hasSize(1);
            assertThat(file.bad()).extracting(FactFile.Bad::code).containsExactly(Failure.FACT_UNREADABLE);
        });
    }

    @Test
    void shouldSayThatItCannotBeReadWhenAnArrayIsNoText() throws IOException {
        byte[] beyondUnicode = {'[', 0, 0, 0, 0, 0x74, 0x21, 0x3a};

        assertThat(read(beyondUnicode).bad()).extracting(FactFile.Bad::code).containsExactly(Failure.FACT_UNREADABLE);
    }

    @Test
    void shouldGiveUpWhenNearlyEverythingIsBad() throws IOException {
        assertThat(read("x\n".repeat(FactFile.BAD_MAX)).bad()).hasSize(FactFile.BAD_MAX);
        assertThatThrownBy(() -> read("x\n".repeat(FactFile.BAD_MAX + 1)))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("line 10001: more than 10000 bad facts");
    }
}
