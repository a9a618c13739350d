package dev.errata.simulation;

import dev.errata.stream.simulated.Fate;
import java.time.Duration;

/** The fate of one process, thrown by the dice of its schedule. One thread. */
final class Fortune implements Fate {
    private final Schedule schedule;
    private final String name;
    private final SimulatedClock clock;
    private boolean dead;

    Fortune(Schedule schedule, String name, SimulatedClock clock) {
        this.schedule = schedule;
        this.name = name;
        this.clock = clock;
    }

    SimulatedClock clock() {
        return clock;
    }

    @Override
    public void step(String call) {
        if (dead) {
            throw new Crash(name);
        }
        schedule.trace(name, call);
        if (schedule.chance(5)) {
            schedule.trace(name, "CRASH");
            dead = true;
            throw new Crash(name);
        }
        if (schedule.chance(3)) {
            schedule.trace(name, "slow");
            schedule.pass(Duration.ofSeconds(schedule.below(100)));
        }
        if (schedule.chance(2)) {
            schedule.trace(name, "clock jumps");
            clock.jump(Duration.ofSeconds(schedule.below(240) - 120));
        }
        if (schedule.chance(6)) {
            schedule.trace(name, "stopped");
            schedule.others();
            schedule.trace(name, "goes on");
        }
    }

    @Override
    public boolean dead() {
        return dead;
    }

    @Override
    public boolean timesOut(String call) {
        return schedule.chance(5);
    }

    @Override
    public boolean losesSend() {
        return schedule.chance(3);
    }

    @Override
    public Commit commit() {
        if (schedule.chance(30)) {
            return Commit.ANSWER_LOST;
        }
        return schedule.chance(30) ? Commit.REQUEST_LATE : Commit.ANSWERED;
    }

    @Override
    public int polled(int most) {
        return schedule.chance(200) ? schedule.below(3) : most;
    }
}
