package dev.errata.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * When a serving process is killed: so long after what is seen from outside.
 *
 * @param count of outcomes for {@code OUTCOMES}, else 1
 */
record KillMoment(Sight sight, int count, Duration later) {

    /** What of a process can be seen from outside. */
    enum Sight {
        /** It was started; nobody knows how far it has come. */
        START(6000),
        /** The first record of a transaction of the accumulator, which is not committed yet. */
        INTAKE_NOTE(4),
        /** The first chunk of a delta, in a transaction of the worker that is not committed yet. */
        DELTA_CHUNK(4),
        /** So many more outcomes than before. */
        OUTCOMES(400),
        /** Another version. */
        VERSION(400);

        private final int laterMaxMillis;

        Sight(int laterMaxMillis) {
            this.laterMaxMillis = laterMaxMillis;
        }
    }

    /** The next moment of one kind; nothing but {@code random} decides it. */
    static KillMoment of(Sight sight, Random random, int outcomesMax) {
        int count = sight == Sight.OUTCOMES ? 1 + random.nextInt(outcomesMax) : 1;
        return new KillMoment(sight, count, Duration.ofMillis(random.nextInt(sight.laterMaxMillis)));
    }

    /** Every kind once, in an order that nothing but {@code random} decides. */
    static List<Sight> shuffled(Random random) {
        List<Sight> sights = new ArrayList<>(List.of(Sight.values()));
        Collections.shuffle(sights, random);
        return sights;
    }

    @Override
    public String toString() {
        return later.toMillis() + " ms after " + (sight == Sight.OUTCOMES ? count + " more outcomes" : sight);
    }
}
