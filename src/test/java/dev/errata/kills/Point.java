package dev.errata.kills;

import dev.errata.failure.Failure;
import dev.errata.worker.Patience;
import dev.errata.worker.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** What is done to a line, while it works; each ends with a line that can come to rest. */
record Point(String name, Act act) {
    private static final int AFTER = 10;
    /** A search of so many has three steps. */
    private static final int POISONED = 8;
    private static final String FENCED = LineProcess.FAILED + Role.WORKER.label() + " " + Failure.WORKER_FENCED;
    /** Transactions that are older than this, a broker ends, when it looks: every ten seconds. */
    private static final int TRANSACTION_MILLIS = 2_000;
    private static final Duration BEYOND_TRANSACTION = Duration.ofSeconds(14);
    private static final int POLL_INTERVAL_MILLIS = 500;
    private static final int SLOW_MILLIS = 1_500;

    /** @see #all() */
    interface Act {
        /** @param trial 1, 2, …: as a rule, the how many-th time that the step is come by */
        void on(KilledLine line, int trial);
    }

    static List<Point> all() {
        List<Point> points = new ArrayList<>();
        EnumSet.range(Step.INTAKE_BETWEEN_SENDS, Step.AFTER_ANNOUNCE).forEach(step -> points.add(killed(step)));
        points.add(followerKilled(Step.FOLLOWER_BEFORE_KEEP));
        points.add(followerKilled(Step.FOLLOWER_BEFORE_SWAP));
        points.add(brokerKilled(Step.BETWEEN_SENDS));
        points.add(brokerKilled(Step.BEFORE_COMMIT));
        points.add(bothKilled(Step.BETWEEN_SENDS));
        points.add(bothKilled(Step.AFTER_COMMIT));
        points.add(zombie(Step.BEFORE_COMMIT));
        points.add(zombie(Step.BEFORE_ANNOUNCE));
        points.add(new Point("stopped beyond the transaction's time-out, before commit", Point::timedOut));
        points.add(new Point("two workers for one model", Point::twoWorkers));
        points.add(new Point("an edit slower than max.poll.interval.ms", Point::slow));
        points.add(new Point("killed while a poisoned batch is bisected", Point::killedInBisection));
        points.add(new Point("killed so until attempts run out", Point::killedInEachBisection));
        points.add(new Point("killed, " + Step.HELD_COMMITTED.words(), Point::killedWhenHeld));
        points.add(new Point("killed, " + Step.REBASE_BEFORE_COMMIT.words(), Point::killedInRebase));
        if (SmallDisk.possible()) {
            points.add(new Point("disk full, room made", SmallDisk::roomMade));
            points.add(new Point("disk full, process killed", SmallDisk::killedInIt));
        } else {
            System.out.println("not tried: disk full (needs user namespaces)");
        }
        return points;
    }

    /** A few that differ most, in less than a minute. */
    static List<Point> few() {
        return List.of(bothKilled(Step.BETWEEN_SENDS), zombie(Step.BEFORE_COMMIT), followerKilled(Step.FOLLOWER_BEFORE_SWAP));
    }

    private static Point killed(Step step) {
        return new Point("killed, " + step.words(), (line, trial) -> {
            Life life = line.start(step, trial);
            line.publishUntil(life, Stop.AT);
            line.struck();
            life.kill();
            line.start();
            line.publish(AFTER);
        });
    }

    private static Point followerKilled(Step step) {
        return new Point("killed, " + step.words(), (line, trial) -> {
            line.start(Map.of("kill.roles", KilledLine.roles(Role.ACCUMULATOR, Role.WORKER)));
            Life follower = line.start(Map.of("kill.roles", Role.FOLLOWER, "kill.step", step, "kill.time", trial));
            line.publishUntil(follower, Stop.AT);
            follower.kill();
            line.publish(AFTER);
            line.followerStruck();
            line.start(Map.of("kill.roles", Role.FOLLOWER));
        });
    }

    private static Point brokerKilled(Step step) {
        return new Point("broker killed, worker " + step.words(), (line, trial) -> {
            Life life = line.start(step, trial);
            line.publishUntil(life, Stop.AT);
            line.struck();
            line.broker().kill();
            life.go();
            line.broker().start();
            line.publish(AFTER);
        });
    }

    private static Point bothKilled(Step step) {
        return new Point("broker and worker killed, " + step.words(), (line, trial) -> {
            Life life = line.start(step, trial);
            line.publishUntil(life, Stop.AT);
            line.struck();
            life.kill();
            line.broker().kill();
            line.broker().start();
            line.start();
            line.publish(AFTER);
        });
    }

    /** It stands still while another takes over and commits; then it goes on where it was. */
    private static Point zombie(Step step) {
        return new Point("stopped, fenced, goes on, " + step.words(), (line, trial) -> {
            Life zombie = line.start(step, trial);
            line.publishUntil(zombie, Stop.AT);
            line.struck();
            zombie.signal("STOP");
            zombie.go();
            Life other = line.start();
            line.publishUntil(other, LineProcess.VERSION);
            zombie.signal("CONT");
            zombie.await(FENCED);
        });
    }

    private static void timedOut(KilledLine line, int trial) {
        Life life = line.start(Map.of(
                "kill.step", Step.BEFORE_COMMIT, "kill.time", trial, "kill.client", "transaction.timeout.ms=" + TRANSACTION_MILLIS));
        line.publishUntil(life, Stop.AT);
        life.signal("STOP");
        life.go();
        Life.pause(BEYOND_TRANSACTION);
        line.struck();
        life.signal("CONT");
        life.await(LineProcess.FAILED + Role.WORKER.label());
        line.publish(AFTER);
    }

    private static void twoWorkers(KilledLine line, int trial) {
        Life one = line.start();
        Life.pause(Duration.ofMillis(700L * (trial - 1)));
        Life other = line.start();
        line.struck();
        // The one that lost hears of it when it has something to write, so there must be something then.
        Life.until(
                Life.PATIENCE,
                () -> {
                    line.publish(1);
                    return one.hasSaid(FENCED) || other.hasSaid(FENCED);
                },
                () -> FENCED + "\n" + one.tail() + "\n" + other.tail());
        line.publish(AFTER);
    }

    private static void slow(KilledLine line, int trial) {
        Life life = line.start(Map.of("kill.takes", SLOW_MILLIS, "kill.client", "max.poll.interval.ms=" + POLL_INTERVAL_MILLIS));
        line.publish(AFTER);
        life.await(LineProcess.VERSION + 2);
        if (life.hasSaid(LineProcess.FAILED)) {
            throw new AssertionError(life.said(LineProcess.FAILED) + " (expected: no role minds)\n" + life.tail());
        }
    }

    /** The next process searches the batch to its end: its poison alone is rejected. */
    private static void killedInBisection(KilledLine line, int trial) {
        line.publishPoisoned(POISONED);
        Life life = line.start(bisected(trial));
        life.await(Stop.AT);
        line.struck();
        life.kill();
        line.start().await(LineProcess.REJECTED + 1);
        line.publish(AFTER);
    }

    /** Nobody can tell the poison any more: the whole batch is rejected, without an edit. */
    private static void killedInEachBisection(KilledLine line, int trial) {
        line.publishPoisoned(POISONED);
        for (int attempt = Patience.DEFAULT.attempts(); attempt < 2 * Patience.DEFAULT.attempts(); attempt++) {
            Life life = line.start(bisected(trial));
            life.await(Stop.AT);
            life.kill();
        }
        line.struck();
        line.start().await(LineProcess.REJECTED + POISONED);
        line.publish(AFTER);
    }

    /** The next process holds it as well, until an operator has decided; in trials 1, 3, … it is rejected. */
    private static void killedWhenHeld(KilledLine line, int trial) {
        Life life = line.start(Step.HELD_COMMITTED, 1);
        line.publishUntil(life, LineProcess.VERSION + 2);
        line.publishDoubtful();
        line.publishUntil(life, Stop.AT);
        line.struck();
        life.kill();
        Life other = line.start();
        line.publish(AFTER);
        other.await(LineProcess.HELD);
        long held = Long.parseLong(other.said(LineProcess.HELD).get(0));
        line.requireUnserved(held);
        line.decide(held, trial % 2 == 0);
        line.publish(AFTER);
    }

    private static void killedInRebase(KilledLine line, int trial) {
        Life life = line.start(Step.REBASE_BEFORE_COMMIT, 1);
        line.publishUntil(life, LineProcess.VERSION + (1 + trial));
        line.rebase();
        line.publishUntil(life, Stop.AT);
        line.struck();
        life.kill();
        line.start();
        line.publish(AFTER);
    }

    /** All that is poisoned comes into one batch, whenever it is read. */
    private static Map<String, Object> bisected(int time) {
        return Map.of("kill.step", Step.WHILE_BISECTED, "kill.time", time, "kill.batch", POISONED, "kill.age", 60_000);
    }
}
