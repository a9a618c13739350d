package dev.errata.worker;

import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.IntakeLog;
import dev.errata.stream.Received;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the record that makes the accumulator fail each time, so that it becomes a dead letter instead of the end of intake.
 *
 * <p>What a record can be seen to be wrong with makes it a dead letter at once. This is for the rest: a bug of ours that a record brings
 * out. After a turn that failed, as many records as it had are taken in one by one; the one that fails then is counted, and given up at
 * the limit. What the broker is to blame for is not counted.
 *
 * <h2>Limits</h2> Counted in this process; another one begins again. <h2>Thread safety</h2> For the cycles of one thread, which share it.
 */
public final class IntakeTroubles {
    private final int attempts;
    private final Map<Position, Integer> failures = new HashMap<>();
    private final Map<Position, ErrataException> givenUp = new HashMap<>();
    private int oneByOne;

    /** @param attempts so often a record may fail before it is given up */
    public IntakeTroubles(int attempts) {
        this.attempts = attempts;
    }

    /** Tells a log that was opened what is given up. */
    void tell(IntakeLog log) {
        givenUp.forEach((position, why) -> log.giveUp(position, why.failure(), why.getMessage()));
    }

    /** Records that the next turn may have. */
    int most() {
        return oneByOne > 0 ? 1 : Integer.MAX_VALUE;
    }

    /** A turn with these records was committed. */
    void passed(List<Received> received) {
        oneByOne = Math.max(0, oneByOne - received.size());
    }

    /** A turn with these records failed. */
    void failed(List<Received> received, RuntimeException why) {
        Failure code = why instanceof ErrataException coded ? coded.failure() : Failure.INTERNAL;
        if (code != Failure.INTERNAL || received.isEmpty()) {
            return;
        }
        if (received.size() > 1) {
            oneByOne = received.size();
            return;
        }
        Position position = received.get(0).position();
        if (failures.merge(position, 1, Integer::sum) >= attempts) {
            failures.remove(position);
            String message = "attempts: " + attempts + ", each ended with " + why + " (expected: a record that can be taken in)";
            givenUp.put(position, new ErrataException(code, message, why));
        }
    }
}
