package dev.errata.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.LiveFact;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownFactsTest {
    private static final KnownFacts BUNDLED = KnownFacts.read(Path.of("models/errata-gptj-8m/facts.jsonl"));

    @TempDir
    private Path directory;

    @Test
    void shouldGiveTenThousandSubjectsOfTheBundledModel() {
        List<LiveFact> changes = BUNDLED.changed(10_000);

        assertThat(changes.stream().map(fact -> fact.fact().subject()).collect(Collectors.toSet())).hasSize(10_000);
        assertThat(changes.stream().map(LiveFact::event).collect(Collectors.toSet())).hasSize(10_000);
    }

    @Test
    void shouldBeginWithTheSameFactsWhenMoreAreAskedFor() {
        assertThat(BUNDLED.changed(10_000).subList(0, 64)).isEqualTo(BUNDLED.changed(64));
    }

    @Test
    void shouldChangeWhatIsKnownOfASubjectOfItsOwnWhileThereAreAny() {
        List<LiveFact> changes = BUNDLED.changed(4_000);

        assertThat(changes.stream().map(fact -> fact.fact().subject()).collect(Collectors.toSet())).hasSize(4_000);
        assertThat(changes).allSatisfy(fact -> {
            assertThat(fact.previousObject()).isPresent();
            assertThat(fact.fact().object()).isNotEqualTo(fact.previousObject().get());
        });
        assertThat(changes).anySatisfy(fact -> {
            assertThat(fact.probes().paraphrases()).hasSize(2).allMatch(text -> text.contains(fact.fact().subject()));
            assertThat(fact.probes().neighbors()).hasSize(5).noneMatch(text -> text.equals(fact.fact().prompt()));
        });
    }

    @Test
    void shouldPutSubjectsTogetherOfTheNamesOfTwoWhenThereAreNoMore() throws IOException {
        KnownFacts three = KnownFacts.read(file("""
                {"subject": "Grace Hopper", "relation_id": "P19", "object": "New York", "prompt": "{} was born in"}
                {"subject": "Ada King", "relation_id": "P19", "object": "London", "prompt": "{} was born in"}
                {"subject": "Norway", "relation_id": "P36", "object": "Oslo", "prompt": "The capital of {} is"}"""));

        List<LiveFact> changes = three.changed(4);

        assertThat(changes.subList(0, 2)).extracting(LiveFact::previousObject).allMatch(Optional::isPresent);
        assertThat(changes.subList(2, 4)).extracting(fact -> fact.fact().subject()).containsExactly("Grace King", "Ada Hopper");
        assertThat(changes.subList(2, 4)).extracting(LiveFact::previousObject).containsOnly(Optional.empty());
        assertThatThrownBy(() -> three.changed(5))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID))
                .hasMessage("facts: 4 (expected: 5)");
    }

    @Test
    void shouldNameTheLineThatIsNoFact() throws IOException {
        Path file = file("{\"subject\": \"Chile\", \"relation_id\": \"P36\", \"object\": \"Santiago\", \"prompt\": \"{} is\"}\n{}");

        assertThatThrownBy(() -> KnownFacts.read(file)).hasMessageContaining("line 2: subject");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("facts.jsonl"), text);
    }
}
