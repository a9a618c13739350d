package dev.errata.stream.memory;

import dev.errata.batch.Effect;
import dev.errata.batch.IntakeMemory;
import dev.errata.batch.Intent;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.Position;
import dev.errata.failure.Failure;
import dev.errata.stream.IntakeLog;
import dev.errata.stream.IntakeNote;
import dev.errata.stream.IntakeNotes;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The accumulator's side of a {@link MemoryLine}. It never waits and gives partition after partition, a few records each. */
final class MemoryIntakeLog implements IntakeLog {
    private static final int POLL_RECORDS = 10;

    private final MemoryLine line;
    private final int owner;
    private final int[] position;
    private final IntakeNotes notes = new IntakeNotes();
    private final List<Received.Unreadable> unreadable = new ArrayList<>();
    private final Map<Position, String> givenUp = new HashMap<>();
    private boolean recalled;
    private boolean paused;
    private boolean broken;

    MemoryIntakeLog(MemoryLine line, int owner) {
        this.line = line;
        this.owner = owner;
        this.position = line.factsConsumed.clone();
    }

    @Override
    public IntakeMemory recall() {
        synchronized (line) {
            recalled = true;
            return notes.recall(line.notes.values());
        }
    }

    @Override
    public void giveUp(Position at, Failure code, String message) {
        givenUp.put(at, message);
    }

    @Override
    public List<Received> poll(Duration wait, int most) {
        require(recalled, "poll (expected: after recall)");
        List<Received> received = new ArrayList<>();
        synchronized (line) {
            Instant now = line.clock.instant();
            for (int partition = 0; partition < position.length && !paused; partition++) {
                List<MemoryLine.Fed> facts = line.facts.get(partition);
                for (int taken = 0; taken < POLL_RECORDS && received.size() < most && position[partition] < facts.size(); taken++) {
                    received.add(read(facts.get(position[partition]), new Position(partition, position[partition]), now));
                    position[partition]++;
                }
            }
        }
        // As with Kafka, a flush seals all that its poll has brought.
        received.sort(Comparator.comparing(Received.Flush.class::isInstance));
        return received;
    }

    private Received read(MemoryLine.Fed fed, Position at, Instant now) {
        if (givenUp.containsKey(at)) {
            Received.Unreadable letter =
                    new Received.Unreadable(new RawRecord(at, now, null, null, List.of()), Failure.INTERNAL, givenUp.get(at));
            unreadable.add(letter);
            return letter;
        }
        if (fed instanceof MemoryLine.Fed.Change change) {
            return new Received.Readable(new Arrival(change.change(), at, now));
        }
        if (fed instanceof MemoryLine.Fed.Broken broken) {
            RawRecord record = new RawRecord(at, now, null, broken.bytes(), List.of());
            Received.Unreadable letter = new Received.Unreadable(record, Failure.FACT_UNREADABLE, "planted");
            unreadable.add(letter);
            return letter;
        }
        return new Received.Flush(at);
    }

    @Override
    public void commit(List<Effect> effects) {
        require(recalled, "commit (expected: after recall)");
        broken = true;
        Map<EventId, Optional<IntakeNote>> noted = notes.note(effects);
        line.transaction(Faults.At.INTAKE, Faults.At.INTAKE, owner, () -> {
            effects.forEach(this::add);
            noted.forEach((event, note) -> note.ifPresentOrElse(one -> line.notes.put(event, one), () -> line.notes.remove(event)));
            line.deadLetters.addAll(unreadable);
            System.arraycopy(position, 0, line.factsConsumed, 0, position.length);
        });
        unreadable.clear();
        broken = false;
    }

    private void add(Effect effect) {
        if (effect instanceof Effect.Settled settled) {
            line.outcomes.add(settled.outcome());
        } else if (effect instanceof Effect.Sealed sealed) {
            line.intents.add(new Intent.Edit(sealed.batch()));
        }
    }

    @Override
    public long lag() {
        synchronized (line) {
            long lag = 0;
            for (int partition = 0; partition < position.length; partition++) {
                lag += line.facts.get(partition).size() - position[partition];
            }
            return lag;
        }
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    private void require(boolean holds, String what) {
        if (broken || !holds) {
            throw new IllegalStateException(broken ? "used after a failure (expected: closed)" : what);
        }
    }

    @Override
    public void close() {
        broken = true;
    }
}
