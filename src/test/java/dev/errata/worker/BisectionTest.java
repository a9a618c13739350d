package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.Failure;
import dev.errata.worker.Bisection.Fits;
import dev.errata.worker.Bisection.Refused;
import dev.errata.worker.Bisection.Settled;
import dev.errata.worker.Bisection.Tried;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The rest of a batch is committed, and it does not take many edits. */
class BisectionTest {
    private static final Fate.Rejected POISON = new Fate.Rejected(Failure.EDIT_NOT_FINITE, "poison");
    private static final Fate.Rejected OWN = new Fate.Rejected(Failure.TARGET_NOT_CONVERGED, "own");
    private static final int MANY = 10_000;

    private final List<Set<FactKey>> trials = new ArrayList<>();

    private static FactKey key(int number) {
        return FactKey.of("s" + number, "r");
    }

    private static List<FactKey> keys(int count) {
        return IntStream.range(0, count).mapToObj(BisectionTest::key).toList();
    }

    private static Set<FactKey> keysOf(Set<Integer> numbers) {
        return numbers.stream().map(BisectionTest::key).collect(Collectors.toSet());
    }

    private Settled<Set<FactKey>> settle(int count, int edits, Predicate<Set<FactKey>> refused) {
        return Bisection.settle(keys(count), edits, changes -> {
            trials.add(changes);
            return tried(changes, refused);
        });
    }

    private static Tried<Set<FactKey>> tried(Set<FactKey> changes, Predicate<Set<FactKey>> refused) {
        return refused.test(changes) ? new Refused<>(POISON, Map.of()) : new Fits<>(Optional.of(changes), Map.of());
    }

    private static Set<FactKey> without(int count, Set<FactKey> poison) {
        Set<FactKey> rest = new HashSet<>(keys(count));
        rest.removeAll(poison);
        return rest;
    }

    @Test
    void shouldTakeOneEditWhenNothingIsRefused() {
        Settled<Set<FactKey>> settled = settle(64, MANY, changes -> false);

        assertThat(settled).isEqualTo(new Settled<>(Optional.of(new HashSet<>(keys(64))), Map.of(), 1));
    }

    @Test
    void shouldFindOnePoisonFactInLogarithmicallyManyEditsWhereverItStands() {
        for (int at = 0; at < 64; at++) {
            FactKey poison = key(at);
            Settled<Set<FactKey>> settled = settle(64, MANY, changes -> changes.contains(poison));

            assertThat(settled.rejected()).isEqualTo(Map.of(poison, POISON));
            assertThat(settled.candidate()).contains(without(64, Set.of(poison)));
            assertThat(settled.edits()).as("poison at %d", at).isLessThanOrEqualTo(8);
        }
    }

    @Property(tries = 300)
    void shouldRejectPoisonAndNothingElse(
            @ForAll @IntRange(min = 1, max = 64) int count,
            @ForAll @Size(max = 5) Set<@IntRange(max = 63) Integer> places) {
        Set<FactKey> poison = keysOf(places.stream().filter(place -> place < count).collect(Collectors.toSet()));

        Settled<Set<FactKey>> settled = settle(count, MANY, changes -> changes.stream().anyMatch(poison::contains));

        assertThat(settled.rejected().keySet()).isEqualTo(poison);
        Set<FactKey> rest = without(count, poison);
        assertThat(settled.candidate()).isEqualTo(rest.isEmpty() ? Optional.empty() : Optional.of(rest));
        int log = 32 - Integer.numberOfLeadingZeros(count - 1);
        assertThat(settled.edits()).isLessThanOrEqualTo(poison.size() * (log + 1) + 1);
    }

    @Test
    void shouldKeepTheBeginningThatFitsWhenThereIsRoomForSoManyOnly() {
        Settled<Set<FactKey>> settled = settle(16, MANY, changes -> changes.size() > 11);

        assertThat(settled.candidate()).contains(new HashSet<>(keys(11)));
        assertThat(settled.rejected()).hasSize(5);
    }

    @Test
    void shouldMakeWhatIsTakenWhenTheLastTrialWasRefused() {
        FactKey last = key(7);
        Settled<Set<FactKey>> settled = settle(8, MANY, changes -> changes.contains(last));

        assertThat(settled.candidate()).contains(new HashSet<>(keys(7)));
        assertThat(trials.get(trials.size() - 1)).isEqualTo(new HashSet<>(keys(7)));
    }

    @Test
    void shouldRejectWhatWasNotFoundToFitWhenTheEditsAreSpent() {
        Set<FactKey> poison = Set.of(key(20), key(40), key(60));
        Settled<Set<FactKey>> settled = settle(64, 9, changes -> changes.stream().anyMatch(poison::contains));

        assertThat(settled.edits()).isEqualTo(9);
        assertThat(settled.rejected().keySet()).containsAll(poison);
        assertThat(settled.candidate().orElseThrow()).containsAll(keys(20)).isEqualTo(without(64, settled.rejected().keySet()));
    }

    @Test
    void shouldRejectTheWholeWhenOneEditIsAllThereIs() {
        FactKey poison = key(3);
        Settled<Set<FactKey>> settled = settle(8, 1, changes -> changes.contains(poison));

        assertThat(settled).isEqualTo(
                new Settled<>(Optional.empty(), keys(8).stream().collect(Collectors.toMap(key -> key, key -> POISON)), 1));
    }

    @Test
    void shouldLeaveOutOfLaterTrialsWhatWasTurnedDownForAReasonOfItsOwn() {
        FactKey spent = key(1);
        FactKey poison = key(5);
        Settled<Set<FactKey>> settled = Bisection.settle(keys(8), MANY, changes -> {
            trials.add(changes);
            Map<FactKey, Fate.Rejected> own = changes.contains(spent) ? Map.of(spent, OWN) : Map.of();
            Set<FactKey> made = new HashSet<>(changes);
            made.remove(spent);
            return changes.contains(poison) ? new Refused<>(POISON, own) : new Fits<>(Optional.of(made), own);
        });

        assertThat(settled.rejected()).isEqualTo(Map.of(spent, OWN, poison, POISON));
        assertThat(settled.candidate()).contains(without(8, Set.of(spent, poison)));
        assertThat(trials.stream().filter(trial -> trial.contains(spent))).hasSize(1);
    }

    @Test
    void shouldMakeNothingWhenThereIsNothingToTry() {
        assertThat(settle(0, MANY, changes -> false)).isEqualTo(new Settled<>(Optional.empty(), Map.of(), 0));
    }
}
