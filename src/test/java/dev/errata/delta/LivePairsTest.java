package dev.errata.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.Version.Change.Edited;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactKey;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Facts of a subject share a pair, so that each version also writes some anew that stay. */
class LivePairsTest {
    private static final int SUBJECTS = 4;
    private static final List<String> RELATIONS = List.of("a", "b");

    /** One pair as it is live: its facts, and its number in both blocks. */
    private record Pair(List<FactKey> facts, double number) {}

    /** A history of edits, and beside it the live pairs, folded version by version. */
    private static final class Story {
        private final History history = new History(1);
        private final Random random;
        private final Map<Long, Pairs> payloads = new HashMap<>();
        private final List<Pair> live = new ArrayList<>();
        private final Set<Long> asked = new HashSet<>();

        Story(long seed) {
            random = new Random(seed);
        }

        private Set<FactKey> liveOf(int subject) {
            Set<FactKey> keys = new LinkedHashSet<>();
            for (Pair pair : live) {
                pair.facts().stream().filter(key -> key.subject().equals(subject(subject))).forEach(keys::add);
            }
            return keys;
        }

        private static String subject(int number) {
            return "s" + number;
        }

        void step() {
            List<LiveFact> in = new ArrayList<>();
            List<FactKey> out = new ArrayList<>();
            List<FactKey> rewritten = new ArrayList<>();
            List<Pair> written = new ArrayList<>();
            for (int subject = 0; subject < SUBJECTS; subject++) {
                if (random.nextInt(3) == 0) {
                    change(subject, in, out, rewritten, written);
                }
            }
            Set<FactKey> gone = new HashSet<>(out);
            gone.addAll(rewritten);
            live.removeIf(pair -> gone.containsAll(pair.facts()));
            live.addAll(written);
            append(in, out, rewritten, written);
        }

        private void change(int subject, List<LiveFact> in, List<FactKey> out, List<FactKey> rewritten, List<Pair> written) {
            Set<FactKey> before = liveOf(subject);
            List<FactKey> pair = new ArrayList<>();
            for (String relation : RELATIONS) {
                FactKey key = FactKey.of(subject(subject), relation);
                int dice = random.nextInt(3);
                if (dice == 0) {
                    Fact fact = new Fact(subject(subject), new Relation(relation, "{} is in"), "o" + random.nextInt());
                    in.add(new LiveFact(
                            new EventId("test", fact.object()), fact, Revision.at(Instant.EPOCH), Optional.empty(), Probes.NONE));
                    pair.add(key);
                } else if (dice == 1 && before.contains(key)) {
                    rewritten.add(key);
                    pair.add(key);
                }
                if (before.contains(key) && !rewritten.contains(key)) {
                    out.add(key);
                }
            }
            if (!pair.isEmpty()) {
                written.add(new Pair(pair, random.nextDouble()));
            }
        }

        private void append(List<LiveFact> in, List<FactKey> out, List<FactKey> rewritten, List<Pair> written) {
            PayloadRef none = new PayloadRef(0, "", List.of());
            Version version = history.version(new Edited(in, out, rewritten, none, none), history.weights.get(0));
            history.chain.append(version);
            history.weights.add(history.weights.get(0));
            payloads.put(version.number(), pairs(written));
        }

        /** In block 0 a key is (x, 2x) and a value (3x), in block 1 a key is (4x) and a value (5x, 6x). */
        private static Pairs pairs(List<Pair> pairs) {
            return new Pairs(pairs.stream().map(Pair::facts).toList(), new TreeMap<>(Map.of(
                    0, new Pairs.Block(2, 1, times(pairs, 1, 2), times(pairs, 3)),
                    1, new Pairs.Block(1, 2, times(pairs, 4), times(pairs, 5, 6)))));
        }

        private static double[] times(List<Pair> pairs, double... factors) {
            double[] all = new double[pairs.size() * factors.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = pairs.get(i / factors.length).number() * factors[i % factors.length];
            }
            return all;
        }

        Optional<Pairs> gathered() {
            return LivePairs.of(history.chain.path(history.chain.head()), version -> {
                asked.add(version.number());
                return payloads.get(version.number());
            });
        }

        Optional<Pairs> folded() {
            return live.isEmpty() ? Optional.empty() : Optional.of(pairs(live));
        }
    }

    @Property(tries = 300)
    void shouldBeWhatFoldingEndsWithWhateverTheHistory(@ForAll long seed, @ForAll @IntRange(max = 30) int steps) {
        Story story = new Story(seed);
        for (int i = 0; i < steps; i++) {
            story.step();
        }

        assertThat(story.gathered()).isEqualTo(story.folded());
        assertThat(story.asked).hasSizeLessThanOrEqualTo(story.live.size());
    }
}
