package dev.errata.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.Accumulator;
import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.ConflictRule;
import dev.errata.batch.Effect;
import dev.errata.batch.IntakeMemory;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.Position;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** An accumulator that remembers only its notes goes on as one that never forgot. */
class IntakeNotesLawsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** What a compacted topic keeps. */
    private final Map<EventId, IntakeNote> topic = new HashMap<>();

    @Property(tries = 500)
    void shouldGoOnAsIfNothingHadHappenedWhenRecalledAfterEveryCommit(@ForAll long seed) {
        Random random = new Random(seed);
        ConflictRule conflict = random.nextBoolean() ? ConflictRule.LATER : ConflictRule.REJECT;
        // Half of them with a memory that is too short for what comes.
        int remembered = random.nextBoolean() ? AccumulatorRules.REMEMBERED : 1 + random.nextInt(20);
        AccumulatorRules rules = new AccumulatorRules(
                1 + random.nextInt(4), Duration.ofSeconds(random.nextInt(9)), conflict, remembered, 1 + random.nextInt(9));
        Accumulator undisturbed = new Accumulator(rules, IntakeMemory.NONE);
        topic.clear();
        Instant now = START;
        int mostPending = 0;

        for (int offset = 0; offset < 40; offset++) {
            IntakeNotes notes = new IntakeNotes();
            Accumulator recalled = new Accumulator(rules, notes.recall(topic.values()));
            List<Effect> expected = new ArrayList<>();
            List<Effect> effects = new ArrayList<>();
            // One commit may carry the effects of several calls.
            for (int calls = 1 + random.nextInt(3); calls > 0; calls--) {
                now = now.plusSeconds(random.nextInt(3));
                int kind = random.nextInt(20);
                if (kind == 0) {
                    expected.addAll(undisturbed.flush(now));
                    effects.addAll(recalled.flush(now));
                } else if (kind < 4) {
                    expected.addAll(undisturbed.tick(now));
                    effects.addAll(recalled.tick(now));
                } else {
                    Arrival arrival = new Arrival(change(random), new Position(0, offset * 3L + calls), now);
                    expected.addAll(undisturbed.accept(arrival));
                    effects.addAll(recalled.accept(arrival));
                }
            }
            notes.note(effects).forEach((event, note) -> note.ifPresentOrElse(one -> topic.put(event, one), () -> topic.remove(event)));

            mostPending = Math.max(mostPending, recalled.pending());
            assertThat(topic.size()).isLessThanOrEqualTo(Math.max(remembered, 3 + mostPending) + mostPending);
            assertThat(effects).isEqualTo(expected);
            assertThat(recalled.pending()).isEqualTo(undisturbed.pending());
            assertThat(recalled.deadline()).isEqualTo(undisturbed.deadline());
        }
    }

    /** From so few names that they collide all the time. */
    private static FactChange change(Random random) {
        EventId event = new EventId("" + "abc".charAt(random.nextInt(3)), "" + random.nextInt(40));
        String subject = "" + "xyz".charAt(random.nextInt(3));
        String relation = "" + "rq".charAt(random.nextInt(2));
        Instant time = START.plusSeconds(random.nextInt(7));
        Revision revision = random.nextInt(4) == 0 ? Revision.at(time) : Revision.number(random.nextInt(7), time);
        if (random.nextInt(6) == 0) {
            return new FactChange.Retracted(event, subject, relation, revision);
        }
        Fact fact = new Fact(subject, new Relation(relation, "{} " + relation), "" + "op".charAt(random.nextInt(2)));
        return new FactChange.Asserted(event, fact, revision, Optional.empty(), Probes.NONE);
    }
}
