package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.LiveFact;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.fact.FactKey;
import dev.errata.stream.LedgerChange.Written;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LedgerDiffLawsTest {
    /** Whoever applies every diff in order has the live facts of the chain at each version. */
    @Property(tries = 200)
    void shouldKeepALedgerEqualToTheLiveFactsWhateverHappens(@ForAll long seed) {
        Random random = new Random(seed);
        PlainLine line = new PlainLine();
        Changes changes = new Changes();
        Map<FactKey, Written> ledger = new HashMap<>();
        for (int version = 1; version <= 12; version++) {
            Version next = random(line, changes, random);
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

    private static Version random(PlainLine line, Changes changes, Random random) {
        if (line.chain.head() > 0 && random.nextInt(3) == 0) {
            return line.next(new RolledBack(random.nextInt((int) line.chain.head() + 1), ""));
        }
        List<LiveFact> in = random.ints(0, 5).distinct().limit(random.nextInt(4))
                .mapToObj(subject -> LiveFact.of(changes.speaks("s" + subject, "o")))
                .toList();
        List<FactKey> written = in.stream().map(LiveFact::key).toList();
        List<FactKey> out = line.chain.live().keySet().stream()
                .filter(key -> written.contains(key) || random.nextInt(4) == 0)
                .toList();
        return line.edit(in, out);
    }
}
