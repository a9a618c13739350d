package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.Digest;
import dev.errata.delta.LiveFact;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Provenance;
import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.delta.VersionChain;
import dev.errata.fact.FactKey;
import dev.errata.stream.LedgerChange.Removed;
import dev.errata.stream.LedgerChange.Written;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LedgerDiffTest {
    private static final String TENSOR = "a.weight";
    private static final PayloadRef NONE = new PayloadRef(0, "", List.of());

    private final Changes changes = new Changes();
    private final LiveFact anna = LiveFact.of(changes.speaks("Anna", "Polish"));
    private final LiveFact annaRevised = LiveFact.of(changes.speaks("Anna", "Serbian"));
    private final LiveFact boris = LiveFact.of(changes.speaks("Boris", "Swedish"));
    private final VersionChain chain = new VersionChain("m", Map.of(TENSOR, "0"));

    /** The next version; every edit leaves the tensor in a state of its own. */
    private Version next(Change change) {
        long number = chain.head() + 1;
        String before = chain.tensors(number - 1).get(TENSOR);
        String after = change instanceof RolledBack back ? chain.tensors(back.to()).get(TENSOR) : Long.toString(number);
        return new Version(
                "m",
                number,
                "intent",
                change,
                chain.digest(number - 1),
                Digest.version(new TreeMap<>(Map.of(TENSOR, after))),
                List.of(new TensorState(TENSOR, before, after)),
                Changes.TIME,
                new Provenance("base", new TreeMap<>(), "test", new TreeMap<>()));
    }

    private Version edit(List<LiveFact> in, List<FactKey> out) {
        return next(new Edited(in, out, NONE, NONE));
    }

    @Test
    void shouldWriteAFactOnceWhenItReplacesAnother() {
        chain.append(edit(List.of(anna, boris), List.of()));

        assertThat(LedgerDiff.between(chain, edit(List.of(annaRevised), List.of(anna.key()))))
                .containsExactly(new Written(2, annaRevised));
    }

    @Test
    void shouldRemoveAFactWhenItIsTakenOutOnly() {
        chain.append(edit(List.of(anna, boris), List.of()));

        assertThat(LedgerDiff.between(chain, edit(List.of(), List.of(anna.key())))).containsExactly(new Removed(anna.key()));
    }

    @Test
    void shouldWriteOnlyWhatDiffersWhenItRollsBack() {
        chain.append(edit(List.of(anna, boris), List.of()));
        chain.append(edit(List.of(annaRevised), List.of(anna.key())));
        LiveFact clara = LiveFact.of(changes.speaks("Clara", "Greek"));
        chain.append(edit(List.of(clara), List.of()));

        assertThat(LedgerDiff.between(chain, next(new RolledBack(1, ""))))
                .containsExactly(new Removed(clara.key()), new Written(1, anna));
        assertThat(LedgerDiff.between(chain, next(new RolledBack(3, "")))).isEmpty();
    }

    /** Whoever applies every diff in order has the live facts of the chain at each version. */
    @Property(tries = 200)
    void shouldKeepALedgerEqualToTheLiveFactsWhateverHappens(@ForAll long seed) {
        Random random = new Random(seed);
        LedgerDiffTest line = new LedgerDiffTest();
        Map<FactKey, Written> ledger = new HashMap<>();
        for (int version = 1; version <= 12; version++) {
            Version next = line.random(random);
            LedgerDiff.between(line.chain, next).forEach(change -> {
                if (change instanceof Written written) {
                    ledger.put(written.key(), written);
                } else {
                    assertThat(ledger.remove(change.key())).as("only live facts are removed").isNotNull();
                }
            });
            line.chain.append(next);

            Map<FactKey, Written> live = new HashMap<>();
            line.chain.live().forEach((key, one) -> live.put(key, new Written(one.version(), one.fact())));
            assertThat(ledger).isEqualTo(live);
        }
    }

    private Version random(Random random) {
        if (chain.head() > 0 && random.nextInt(3) == 0) {
            return next(new RolledBack(random.nextInt((int) chain.head() + 1), ""));
        }
        List<LiveFact> in = random.ints(0, 5).distinct().limit(random.nextInt(4))
                .mapToObj(subject -> LiveFact.of(changes.speaks("s" + subject, "o")))
                .toList();
        List<FactKey> written = in.stream().map(LiveFact::key).toList();
        List<FactKey> out = chain.live().keySet().stream().filter(key -> written.contains(key) || random.nextInt(4) == 0).toList();
        return edit(in, out);
    }
}
