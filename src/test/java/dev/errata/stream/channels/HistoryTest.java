package dev.errata.stream.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.Version;
import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome;
import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Examples;
import dev.errata.stream.Operation;
import dev.errata.stream.Operator;
import dev.errata.stream.SettledOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final byte[] PAYLOAD = {1};

    private final History history = new History(3, 4);

    private static Version version(long number) {
        return Examples.edit(number, PAYLOAD, PAYLOAD);
    }

    private static SettledOutcome outcome(String id, long offset) {
        EventId event = new EventId("urn:desk", id);
        Outcome outcome = new Outcome(event, FactKey.of("Angola", "P30"), new Position(0, offset), new Outcome.Fate.Duplicate());
        return new SettledOutcome(outcome, Examples.NOON);
    }

    private static EventId event(String id) {
        return new EventId("urn:desk", id);
    }

    private void versions(long upTo) {
        for (long number = 1; number <= upTo; number++) {
            history.add(version(number));
        }
    }

    @Test
    void shouldKnowNothingButTheBaseModelWhenNothingWasRead() {
        assertThat(history.newest()).isZero();
        assertThat(history.head()).isEmpty();
        assertThat(history.versions(0, 10)).isEmpty();
        assertThatThrownBy(() -> history.version(1)).hasMessage("version: 1 (expected: none yet; 0 is the base model)");
    }

    @Test
    void shouldListFromANumberOnWhenAsked() {
        versions(3);

        assertThat(history.versions(2, 10)).extracting(Version::number).containsExactly(2L, 3L);
        assertThat(history.versions(1, 2)).extracting(Version::number).containsExactly(1L, 2L);
        assertThat(history.newest()).isEqualTo(3);
    }

    @Test
    void shouldForgetTheOldestVersionWithItsEvaluationWhenThereAreTooMany() {
        for (long number = 1; number <= 4; number++) {
            history.add(Examples.evaluation(number));
            history.add(version(number));
        }

        assertThat(history.versions(0, 10)).extracting(Version::number).containsExactly(2L, 3L, 4L);
        assertThat(history.evaluation(1)).isEmpty();
        assertThat(history.evaluation(4)).contains(Examples.evaluation(4));
        assertThatThrownBy(() -> history.version(1)).hasMessageContaining("(expected: 2..4;");
    }

    @Test
    void shouldKeepAnEvaluationWhenItComesBeforeItsVersion() {
        history.add(Examples.evaluation(1));

        versions(1);

        assertThat(history.evaluation(1)).contains(Examples.evaluation(1));
    }

    @Test
    void shouldChangeNothingWhenEverythingIsReadAgain() {
        versions(4);
        history.add(outcome("a", 1));
        history.add(outcome("a", 2));

        versions(4);
        history.add(outcome("a", 1));
        history.add(outcome("a", 2));

        assertThat(history.versions(0, 10)).extracting(Version::number).containsExactly(2L, 3L, 4L);
        assertThat(history.outcomes(event("a"))).containsExactly(outcome("a", 1), outcome("a", 2));
        assertThat(history.outcomesForgotten()).isFalse();
    }

    @Test
    void shouldAnswerNothingMoreWhenAVersionDoesNotFollow() {
        versions(1);

        history.add(version(3));

        assertThatThrownBy(history::newest)
                .isInstanceOf(ErrataException.class)
                .hasMessageContaining("version 3")
                .extracting(e -> ((ErrataException) e).failure())
                .isEqualTo(Failure.VERSION_CHAIN_BROKEN);
        assertThatThrownBy(() -> history.outcomes(event("a"))).isInstanceOf(ErrataException.class);
    }

    @Test
    void shouldAnswerNothingMoreWhenAParentIsAnother() {
        versions(1);
        Version two = version(2);

        history.add(new Version(
                two.model(), 2, two.intent(), two.change(), "another", two.digest(), two.tensors(), two.committedAt(), two.provenance()));

        assertThatThrownBy(() -> history.versions(1, 1)).hasMessageContaining("another");
    }

    @Test
    void shouldForgetTheOldestOutcomeWhenThereAreTooMany() {
        history.add(outcome("a", 1));
        history.add(outcome("b", 2));
        history.add(outcome("a", 3));
        history.add(outcome("c", 4));

        history.add(outcome("c", 5));

        assertThat(history.outcomes(event("a"))).containsExactly(outcome("a", 3));
        assertThat(history.outcomes(event("b"))).containsExactly(outcome("b", 2));
        assertThat(history.outcomes(event("c"))).hasSize(2);
        assertThat(history.outcomesForgotten()).isTrue();

        history.add(outcome("d", 6));

        assertThat(history.outcomes(event("b"))).isEmpty();
    }

    @Test
    void shouldGiveTheVersionOfAnIntentWhenItCameBeforeAnybodyWaited() throws InterruptedException {
        versions(2);

        assertThat(history.await("intent-2", 1, Duration.ZERO)).contains(version(2));
        assertThat(history.await("intent-2", 2, Duration.ZERO)).isEmpty();
    }

    @Test
    void shouldGiveTheVersionOfAnIntentWhenItComesWhileSomebodyWaits() throws Exception {
        CompletableFuture<Optional<Version>> waiting = CompletableFuture.supplyAsync(() -> awaited("intent-2"));

        versions(2);

        assertThat(waiting.get()).contains(version(2));
    }

    private Optional<Version> awaited(String intent) {
        try {
            return history.await(intent, 0, Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldKeepTheNewestOperationsAndWhetherTheEditorIsHeldWhenTheyAreMany() {
        History history = new History(1, 1);
        history.add(operation("hold", Operation.Action.PAUSE));
        history.add(operation("hold", Operation.Action.PAUSE));
        for (int i = 0; i < History.OPERATIONS_MAX; i++) {
            history.add(operation("flush-" + i, Operation.Action.FLUSH));
        }

        assertThat(history.operations(History.OPERATIONS_MAX + 1)).hasSize(History.OPERATIONS_MAX);
        assertThat(history.operations(1)).extracting(Operation::id).containsExactly("flush-" + (History.OPERATIONS_MAX - 1));
        assertThat(history.paused()).isTrue();
        history.add(operation("on", Operation.Action.RESUME));
        assertThat(history.paused()).isFalse();
    }

    private static Operation operation(String id, Operation.Action action) {
        return new Operation(id, Operator.ANYBODY, action, "editor", "", Examples.NOON, new Operation.Result.Accepted());
    }
}
