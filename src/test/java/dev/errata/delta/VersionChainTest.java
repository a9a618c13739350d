package dev.errata.delta;

import static dev.errata.delta.History.fact;
import static dev.errata.delta.History.key;
import static dev.errata.delta.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.Version.Change;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.fact.FactKey;
import dev.errata.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VersionChainTest {
    private static final PayloadRef NONE = new PayloadRef(0, "", List.of());

    private final History history = new History(1);
    private final VersionChain chain = history.chain;
    private Version next;

    @BeforeEach
    void writeThreeVersions() {
        history.edit(List.of(), List.of(fact(1, "a"), fact(2, "a")));
        history.edit(List.of(key(1)), List.of(fact(1, "b"), fact(3, "b")));
        history.rollback(1);
        next = history.version(new Edited(List.of(), List.of(), List.of(), NONE, NONE), history.weights.get(2));
    }

    private static List<Long> numbers(List<Version> versions) {
        return versions.stream().map(Version::number).toList();
    }

    private void broken(Version version, String why) {
        Map<FactKey, Live> live = chain.live();
        assertRefused(Failure.VERSION_CHAIN_BROKEN, () -> chain.append(version)).hasMessageContaining(why);
        assertThat(chain.head()).isEqualTo(3);
        assertThat(chain.live()).isEqualTo(live);
    }

    private Version with(Change change) {
        return history.version(change, history.weights.get(1));
    }

    private Version with(String model, long number, String parent, String digest, List<TensorState> tensors) {
        return new Version(model, number, "i", next.change(), parent, digest, tensors, next.committedAt(), next.provenance());
    }

    @Test
    void shouldKnowEveryVersionAndTheBase() {
        assertThat(chain.head()).isEqualTo(3);
        assertThat(chain.get(2).number()).isEqualTo(2);
        assertThat(chain.digest(0)).isEqualTo(Digest.version(History.digests(history.weights.get(0))));
        assertThat(chain.digest(3)).isEqualTo(chain.digest(1)).isNotEqualTo(chain.digest(2));
        assertThat(chain.tensors(0)).isEqualTo(History.digests(history.weights.get(0)));
        assertThat(chain.tensors(3)).isEqualTo(History.digests(history.weights.get(1)));
    }

    @Test
    void shouldSayWhatToApplyWhenVersionsWereRolledBack() {
        history.edit(List.of(), List.of());
        history.rollback(0);
        history.edit(List.of(), List.of());

        assertThat(numbers(chain.path(2))).containsExactly(1L, 2L);
        assertThat(numbers(chain.path(3))).containsExactly(1L);
        assertThat(numbers(chain.path(4))).containsExactly(1L, 4L);
        assertThat(chain.path(5)).isEmpty();
        assertThat(numbers(chain.path(6))).containsExactly(6L);
        assertThat(chain.path(3, 4).map(VersionChainTest::numbers)).contains(List.of(4L));
        assertThat(chain.path(1, 3).map(VersionChainTest::numbers)).contains(List.of());
        assertThat(chain.path(2, 4)).isEmpty();
        assertThat(chain.path(4, 3)).isEmpty();
    }

    @Test
    void shouldFoldTheLedgerInTheOrderOfWritingWhenFactsGoOutAndIn() {
        assertThat(chain.live(2).keySet()).containsExactly(key(2), key(1), key(3));
        assertThat(chain.live(2).get(key(1))).isEqualTo(new Live(2, fact(1, "b")));
        assertThat(chain.live(2).get(key(2)).version()).isEqualTo(1);
        assertThat(chain.live().keySet()).containsExactly(key(1), key(2));
        assertThat(chain.live()).isEqualTo(chain.live(1)).isNotEqualTo(chain.live(2));
        assertThat(chain.live(0)).isEmpty();
        assertThatThrownBy(() -> chain.live().clear()).isNotNull();
    }

    @Test
    void shouldAcceptWhenNextVersionFits() {
        chain.check(next);
        assertThat(chain.head()).isEqualTo(3);
        chain.append(next);
        assertThat(chain.head()).isEqualTo(4);
    }

    @Test
    void shouldRefuseWhenNumberParentOrDigestDoNotFollow() {
        String parent = next.parentDigest();
        String digest = next.digest();
        broken(with("other", 4, parent, digest, next.tensors()), "version 4: model: other (expected: model)");
        broken(with(History.MODEL, 5, parent, digest, next.tensors()), "version 5: number: 5 (expected: 4)");
        broken(with(History.MODEL, 3, parent, digest, next.tensors()), "number: 3 (expected: 4)");
        broken(with(History.MODEL, 4, chain.digest(2), digest, next.tensors()), "parent's digest: ");
        broken(with(History.MODEL, 4, parent, chain.digest(0), next.tensors()), "digest: ");
    }

    @Test
    void shouldRefuseWhenTensorsAreNotTheParents() {
        List<TensorState> tensors = new ArrayList<>(next.tensors());
        TensorState first = tensors.get(0);
        broken(with(History.MODEL, 4, next.parentDigest(), next.digest(), tensors.subList(0, 1)), "tensors: [a.weight]");
        broken(with(History.MODEL, 4, next.parentDigest(), next.digest(), List.of(tensors.get(1), first)), "tensors: [b.weight, a.weight]");
        tensors.set(0, new TensorState(first.name(), first.after(), first.after()));
        broken(with(History.MODEL, 4, next.parentDigest(), next.digest(), tensors), "a.weight before: ");
        tensors.set(0, new TensorState(first.name(), first.before(), first.before()));
        broken(with(History.MODEL, 4, next.parentDigest(), next.digest(), tensors), "digest: ");
    }

    @Test
    void shouldRefuseWhenFactsDoNotFitTheLedger() {
        broken(with(new Edited(List.of(), List.of(key(3)), List.of(), NONE, NONE)), "out: \"s3 / P1\" (expected: a live fact)");
        broken(with(new Edited(List.of(), List.of(key(1), key(1)), List.of(), NONE, NONE)), "out: \"s1 / P1\" twice");
        broken(with(new Edited(List.of(fact(1, "c")), List.of(key(2)), List.of(), NONE, NONE)), "in: \"s1 / P1\", which is live");
        broken(
                with(new Edited(List.of(), List.of(), List.of(key(3)), NONE, NONE)),
                "rewritten: \"s3 / P1\" (expected: a live fact that stays)");
        broken(with(new Edited(List.of(), List.of(key(1)), List.of(key(1)), NONE, NONE)), "rewritten: \"s1 / P1\"");
        broken(with(new Edited(List.of(), List.of(), List.of(key(1), key(1)), NONE, NONE)), "rewritten: \"s1 / P1\" twice");
        broken(with(new Edited(List.of(fact(4, "c"), fact(4, "d")), List.of(), List.of(), NONE, NONE)), "in: \"s4 / P1\" twice");
    }

    @Test
    void shouldRefuseWhenRollbackIsNotToAnEarlierStateAsItWas() {
        broken(with(new RolledBack(4, "r")), "rollback to 4 (expected: 0 to 3)");
        broken(with(new RolledBack(-1, "r")), "rollback to -1 (expected: 0 to 3)");
        broken(with(new RolledBack(2, "r")), "tensors: ");
    }

    @Test
    void shouldSayWhichAreKnownWhenVersionIsNot() {
        assertRefused(Failure.VERSION_UNKNOWN, () -> chain.get(0));
        assertRefused(Failure.VERSION_UNKNOWN, () -> chain.get(4)).hasMessage("version: 4 (expected: 0 to 3)");
        assertRefused(Failure.VERSION_UNKNOWN, () -> chain.path(-1));
        assertRefused(Failure.VERSION_UNKNOWN, () -> chain.live(4));
        assertRefused(Failure.VERSION_UNKNOWN, () -> chain.tensors(4));
        assertThatThrownBy(() -> new VersionChain("m", Map.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
