package dev.errata.stream.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.fact.Outcome;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Examples;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An outline says what the record says. */
class OutlinesTest {
    private static final byte[] PAYLOAD = {1};

    private static Outlines.OfVersion outline(Version version) {
        return Outlines.VERSION.view(EventCodec.VERSION.encode(version));
    }

    @Test
    void shouldSayOfAnEditWhatItsRecordSays() {
        Version version = Examples.edit(3, PAYLOAD, PAYLOAD).heldFor(Optional.of(new Version.Held(Failure.GATE_SCORE, "low")));
        Edited edited = (Edited) version.change();

        Outlines.OfVersion outline = outline(version);

        assertThat(outline.number()).isEqualTo(version.number());
        assertThat(outline.intent()).isEqualTo(version.intent());
        assertThat(outline.digest()).isEqualTo(version.digest());
        assertThat(outline.predecessorDigest()).isEqualTo(version.predecessorDigest());
        assertThat(outline.committedAt()).isEqualTo(version.committedAt());
        assertThat(outline.held()).contains(new Outlines.OfHeld("GATE_SCORE"));
        assertThat(outline.change().kind()).isEqualTo("edited");
        assertThat(outline.change().out()).isEqualTo(edited.out());
        assertThat(outline.change().in()).singleElement().satisfies(fact -> {
            assertThat(fact.key()).isEqualTo(edited.in().get(0).key());
            assertThat(fact.event()).isEqualTo(edited.in().get(0).event());
            assertThat(fact.fact().object()).isEqualTo(edited.in().get(0).fact().object());
            assertThat(fact.revision().time()).isEqualTo(edited.in().get(0).revision().time());
            assertThat(fact.previousObject()).isEqualTo(edited.in().get(0).previousObject());
        });
    }

    @Test
    void shouldSayOfARollbackAndARebaseWhatTheirRecordsSay() {
        assertThat(outline(Examples.rollback(3, 1)).change()).isEqualTo(new Outlines.OfChange(
                "rolledBack", null, null, Optional.of(1L), Optional.of("wrong source"), Optional.empty()));

        Version rebased = Examples.version(Examples.MODEL, 3, new Version.Change.Rebased(
                "shorter", Examples.sha256("before"), Examples.ref(PAYLOAD, 1), Examples.ref(PAYLOAD, 1)));
        assertThat(outline(rebased).predecessorDigest()).isEqualTo(Examples.sha256("before"));
        assertThat(outline(rebased).change().kind()).isEqualTo("rebased");
    }

    @Test
    void shouldSayOfAnOutcomeWhatItsRecordSays() {
        Outcome applied = Examples.outcome(Examples.applied());
        assertThat(Outlines.OUTCOME.view(EventCodec.OUTCOME.encode(applied))).isEqualTo(new Outlines.OfOutcome(
                applied.event(), applied.key(), applied.position(),
                new Outlines.OfFate("applied", Optional.of(3L), Optional.empty(), Optional.empty(), Optional.empty())));
        Outcome.Fate.Rejected rejected = (Outcome.Fate.Rejected) Examples.rejected();
        assertThat(Outlines.OUTCOME.view(EventCodec.OUTCOME.encode(Examples.outcome(rejected))).fate()).isEqualTo(new Outlines.OfFate(
                "rejected", Optional.empty(), Optional.empty(), Optional.of(rejected.code().name()), Optional.of(rejected.message())));
        Outcome.Fate.Superseded superseded = new Outcome.Fate.Superseded(Examples.plain().event());
        assertThat(Outlines.OUTCOME.view(EventCodec.OUTCOME.encode(Examples.outcome(superseded))).fate().by()).contains(superseded.by());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "[]", "{\"number\": 1, \"change\": {}}", ""})
    void shouldRefuseWhatIsNoRecord(String text) {
        assertThatThrownBy(() -> Outlines.VERSION.view(text.getBytes()))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.RECORD_UNREADABLE));
        assertThatThrownBy(() -> Outlines.OUTCOME.view(text.getBytes()))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.RECORD_UNREADABLE));
    }
}
