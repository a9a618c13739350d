package dev.errata.fact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactTest {
    private static final Relation CAPITAL = new Relation("P36", "The capital of {} is");
    private static final Revision FIRST = Revision.number(1, Instant.EPOCH);
    private static final EventId EVENT = new EventId("/wiki", "1");

    @Test
    void shouldAskAboutItsSubjectWhenThePromptHasOneHole() {
        Fact fact = new Fact("France", CAPITAL, "Paris");

        assertThat(fact.prompt()).isEqualTo("The capital of France is");
        assertThat(fact.key()).isEqualTo(FactKey.of("France", "P36"));
    }

    @Test
    void shouldPutTheSubjectInAsItIsWhenItLooksLikeAHole() {
        assertThat(new Fact("{}", CAPITAL, "x").prompt()).isEqualTo("The capital of {} is");
    }

    @Test
    void shouldKeepTheSourcesSpellingWhenTheKeyIsNormalised() {
        Fact fact = new Fact(" New  York ", CAPITAL, " Albany ");

        assertThat(fact.subject()).isEqualTo(" New  York ");
        assertThat(fact.object()).isEqualTo(" Albany ");
        assertThat(fact.key().subject()).isEqualTo("New York");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n", "\u00a0\u3000"})
    void shouldRefuseWhenATextIsNothingButWhiteSpace(String blank) {
        assertRefused(Failure.SUBJECT_EMPTY, "subject", () -> new Fact(blank, CAPITAL, "Paris"));
        assertRefused(Failure.OBJECT_EMPTY, "object", () -> new Fact("France", CAPITAL, blank));
        assertRefused(Failure.RELATION_EMPTY, "relation", () -> new Relation(blank, "The capital of {} is"));
        assertRefused(Failure.SUBJECT_EMPTY, "subject", () -> new Retracted(EVENT, blank, "P36", FIRST));
        assertRefused(Failure.RELATION_EMPTY, "relation", () -> new Retracted(EVENT, "France", blank, FIRST));
        assertRefused(Failure.SUBJECT_EMPTY, "subject", () -> new FactKey(blank, "P36"));
        assertRefused(Failure.RELATION_EMPTY, "relation", () -> new FactKey("France", blank));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "The capital of France is", "{} is {}", "{ } is", "{}{}"})
    void shouldRefuseWhenThePromptHasNotExactlyOneHole(String prompt) {
        assertRefused(Failure.SUBJECT_NOT_IN_PROMPT, prompt, () -> new Relation("P36", prompt));
    }

    @Test
    void shouldRefuseWhenAnEventIsNotIdentified() {
        assertRefused(Failure.FACT_UNREADABLE, "source", () -> new EventId("", "1"));
        assertRefused(Failure.FACT_UNREADABLE, "id", () -> new EventId("/wiki", ""));
    }

    @Test
    void shouldClaimItsObjectInNormalFormWhenAsserted() {
        Asserted asserted = new Asserted(EVENT, new Fact("France", CAPITAL, " Cafe\u0301  "), FIRST, Optional.empty(), Probes.NONE);

        assertThat(asserted.claim()).contains("Caf\u00e9");
        assertThat(asserted.key()).isEqualTo(FactKey.of("France", "P36"));
    }

    @Test
    void shouldClaimNothingWhenRetracted() {
        Retracted retracted = new Retracted(EVENT, " France", "P36", FIRST);

        assertThat(retracted.claim()).isEmpty();
        assertThat(retracted.key()).isEqualTo(FactKey.of("France", "P36"));
    }

    @Test
    void shouldNotChangeWhenTheListsOfProbesDo() {
        List<String> paraphrases = new ArrayList<>(List.of("one"));
        Probes probes = new Probes(paraphrases, List.of());

        paraphrases.add("two");

        assertThat(probes.paraphrases()).containsExactly("one");
    }

    private static void assertRefused(Failure failure, String named, ThrowingCallable making) {
        assertThatThrownBy(making)
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(failure))
                .hasMessageContaining(named)
                .hasMessageContaining("expected");
    }
}
