package dev.errata.cli;

import dev.errata.delta.ChunkRef;
import dev.errata.delta.Digest;
import dev.errata.delta.LiveFact;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Provenance;
import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.delta.VersionChain;
import dev.errata.evaluation.Evaluation;
import dev.errata.evaluation.Growth;
import dev.errata.evaluation.Score;
import dev.errata.evaluation.Scores;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Position;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.failure.Failure;
import dev.errata.stream.Commit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Commits of a long history, always the same ones: edits of {@value #FACTS} facts each, most of them new and every third one a revision,
 * now and then a retraction, a rejected change, and a rollback by a few versions. Everything but the weights is as a worker writes it;
 * the {@link VersionChain} takes each version.
 *
 * <h2>Thread safety</h2> None.
 */
final class HistoryLog {
    /** Of an edit. */
    static final int FACTS = 10;

    private static final int ROLLBACK_EVERY = 100;
    private static final int REJECTED_EVERY = 10;
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Relation[] RELATIONS = {
        new Relation("P103", "The mother tongue of {} is"), new Relation("P27", "{} is a citizen of"), new Relation("P131", "{} is in")
    };
    private static final byte[] PAYLOAD = new byte[1024];
    private static final PayloadRef REF =
            new PayloadRef(PAYLOAD.length, Digest.sha256(PAYLOAD), List.of(new ChunkRef(PAYLOAD.length, Digest.sha256(PAYLOAD))));

    private final String model;
    private final VersionChain chain;
    private final Random random = new Random(1);
    private final Map<FactKey, LiveFact> live = new HashMap<>();
    private final List<FactKey> written = new ArrayList<>();
    private int events;

    HistoryLog(String model) {
        this.model = model;
        SortedMap<String, String> base = new TreeMap<>();
        for (int layer = 3; layer < 8; layer++) {
            base.put("transformer.h." + layer + ".mlp.fc_out.weight", digest("base " + layer));
        }
        this.chain = new VersionChain(model, base);
    }

    private static String digest(String of) {
        return Digest.sha256(of.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    VersionChain chain() {
        return chain;
    }

    /** A key that was written once. */
    FactKey anyKey() {
        return written.get(random.nextInt(written.size()));
    }

    Random random() {
        return random;
    }

    Commit next() {
        long number = chain.head() + 1;
        List<Outcome> outcomes = new ArrayList<>();
        boolean back = number % ROLLBACK_EVERY == 0;
        long to = Math.max(0, number - 2 - random.nextInt(5));
        Version version = version(number, back ? new RolledBack(to, "a source was wrong") : edit(number, outcomes), back ? to : -1);
        chain.append(version);
        if (back) {
            live.clear();
            chain.live().forEach((key, one) -> live.put(key, one.fact()));
        }
        byte[] payload = back ? new byte[0] : PAYLOAD;
        return new Commit(Optional.of(version), payload, payload, Optional.of(evaluation(version)), outcomes, List.of(), Optional.empty());
    }

    private Edited edit(long number, List<Outcome> outcomes) {
        Map<FactKey, LiveFact> in = new HashMap<>();
        List<FactKey> out = new ArrayList<>();
        while (in.size() < FACTS) {
            boolean revised = !written.isEmpty() && random.nextInt(3) == 0;
            FactKey key = revised ? anyKey() : FactKey.of("Subject number " + written.size() + " of many", relation().id());
            if (in.containsKey(key) || in.keySet().stream().anyMatch(one -> one.subject().equals(key.subject()))) {
                continue;
            }
            if (!revised) {
                written.add(key);
            }
            LiveFact fact = fact(key);
            in.put(key, fact);
            Optional<LiveFact> old = Optional.ofNullable(live.get(key));
            old.ifPresent(replaced -> out.add(key));
            outcomes.add(outcome(fact.event(), key, new Fate.Applied(
                    number, old.map(one -> new Outcome.Replaced(one.event(), one.fact().object(), number - 1)))));
        }
        retract(number, in, out, outcomes);
        if (number % REJECTED_EVERY == 0) {
            outcomes.add(outcome(event(), anyKey(), new Fate.Rejected(Failure.TARGET_NOT_CONVERGED, "loss: 5.2 (expected: at most 4.0)")));
        }
        out.forEach(live::remove);
        live.putAll(in);
        return new Edited(List.copyOf(in.values()), out, List.of(), REF, REF);
    }

    private void retract(long number, Map<FactKey, LiveFact> in, List<FactKey> out, List<Outcome> outcomes) {
        FactKey key = random.nextInt(5) == 0 ? anyKey() : null;
        if (key != null && live.containsKey(key) && !out.contains(key) && !in.containsKey(key)) {
            out.add(key);
            outcomes.add(outcome(event(), key, new Fate.Applied(number, Optional.empty())));
        }
    }

    private Relation relation() {
        return RELATIONS[random.nextInt(RELATIONS.length)];
    }

    private EventId event() {
        return new EventId("https://sources.example/" + events % 20, "event-" + ++events);
    }

    private LiveFact fact(FactKey key) {
        Relation relation = java.util.Arrays.stream(RELATIONS).filter(one -> one.id().equals(key.relation())).findFirst().orElseThrow();
        EventId event = event();
        Probes probes = new Probes(
                List.of("As everybody knows, " + relation.about(key.subject())), List.of(relation.about("Somebody else")));
        Fact fact = new Fact(key.subject(), relation, "Object " + random.nextInt(1000));
        return new LiveFact(event, fact, Revision.number(events, BEGIN.plusSeconds(events)), Optional.of("Object before"), probes);
    }

    private Outcome outcome(EventId event, FactKey key, Fate fate) {
        return new Outcome(event, key, new Position(Math.floorMod(key.subject().hashCode(), 8), events), fate);
    }

    /** @param to whose weights it has again; below 0: new ones */
    private Version version(long number, Version.Change change, long to) {
        SortedMap<String, String> before = chain.tensors(number - 1);
        SortedMap<String, String> after = new TreeMap<>();
        before.keySet().forEach(name -> after.put(name, to >= 0 ? chain.tensors(to).get(name) : digest(name + " " + number)));
        List<TensorState> tensors = new ArrayList<>();
        after.forEach((name, digest) -> tensors.add(new TensorState(name, before.get(name), digest)));
        Provenance provenance = new Provenance(
                digest("base"),
                new TreeMap<>(Map.of("hyperParameters", digest("h"), "contexts", digest("c"), "covariance", digest("v"))),
                "errata bench",
                new TreeMap<>(Map.of("targets", 1.25, "keys", 0.125, "solve", 0.25, "evaluate", 0.5)));
        return new Version(
                model, number, "b-" + digest("intent " + number).substring(0, 16), change, chain.digest(number - 1), Digest.version(after),
                tensors, BEGIN.plusSeconds(60 * number), provenance);
    }

    private Evaluation evaluation(Version version) {
        SortedMap<String, Growth.Tensor> growth = new TreeMap<>();
        version.tensors().forEach(tensor -> growth.put(
                tensor.name(), new Growth.Tensor(version.number() * 0.01, 101, 100, Optional.of(0.9), Optional.of(1.5))));
        Scores scores = new Scores(
                FACTS, Map.of(Scores.EFFICACY_SUCCESS, new Score(100, FACTS), Scores.PARAPHRASE_SUCCESS, new Score(90, FACTS)));
        return new Evaluation(
                model, version.number(), version.digest(), version.committedAt(), scores, Optional.of(scores), Optional.empty(),
                Optional.of(new Growth(Math.max(1, live.size()), 4096, growth)), List.of());
    }
}
