package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.worker.RoleThread.Cycle;
import dev.errata.worker.RoleThread.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoleThreadTest {
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger turned = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private RoleThread thread;

    @AfterEach
    void close() {
        if (thread != null) {
            thread.close();
        }
    }

    /** A role whose opening and whose turns do this, given how often it was opened so far. */
    private RoleThread role(IntConsumer open, IntConsumer turn) {
        thread = new RoleThread("worker", () -> {
            int time = opened.incrementAndGet();
            open.accept(time);
            return new Cycle() {
                @Override
                public void turn() {
                    turned.incrementAndGet();
                    turn.accept(time);
                    Thread.onSpinWait();
                }

                @Override
                public void close() {
                    closed.incrementAndGet();
                }
            };
        }, (role, failure) -> failures.add(failure));
        return thread.start();
    }

    private static ErrataException failure(Failure failure) {
        return new ErrataException(failure, "planted");
    }

    @Test
    void shouldTurnUntilItIsClosed() {
        role(time -> {}, time -> {});
        await().until(() -> turned.get() > 3);
        assertThat(thread.state()).isEqualTo(State.RUNNING);
        assertThat(thread.ended()).isFalse();

        thread.close();

        assertThat(thread.state()).isEqualTo(State.STOPPED);
        assertThat(thread.ended()).isTrue();
        assertThat(opened).hasValue(1);
        assertThat(closed).hasValue(1);
        assertThat(thread.failure()).isNull();
    }

    @Test
    void shouldOpenAnotherCycleWhenATurnFails() {
        role(time -> {}, time -> {
            if (time == 1) {
                throw failure(Failure.COMMIT_ABORTED);
            }
        });

        await().until(() -> opened.get() == 2 && thread.state() == State.RUNNING);

        assertThat(closed).as("the one that failed").hasValue(1);
        assertThat(failures).containsExactly(Failure.COMMIT_ABORTED);
        assertThat(thread.failure()).isEqualTo(Failure.COMMIT_ABORTED);
    }

    @Test
    void shouldTryAgainWhenACycleCannotBeOpened() {
        role(
                time -> {
                    if (time < 3) {
                        throw new IllegalStateException("no broker");
                    }
                },
                time -> {});

        await().until(() -> thread.state() == State.RUNNING);

        assertThat(failures).containsExactly(Failure.INTERNAL, Failure.INTERNAL);
        assertThat(closed).hasValue(0);
    }

    @Test
    void shouldNotBeReadyWhileItRecovers() {
        CountDownLatch broker = new CountDownLatch(1);
        role(
                time -> {
                    if (time > 1) {
                        waitFor(broker);
                    }
                },
                time -> {
                    if (time == 1) {
                        throw failure(Failure.LOG_UNREACHABLE);
                    }
                });

        await().until(() -> opened.get() == 2);
        assertThat(thread.state()).isEqualTo(State.RECOVERING);

        broker.countDown();
        await().until(() -> thread.state() == State.RUNNING);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldStopForGoodWhenItIsFenced() {
        role(time -> {}, time -> {
            throw failure(Failure.WORKER_FENCED);
        });

        await().until(() -> thread.ended());

        assertThat(thread.state()).isEqualTo(State.FENCED);
        assertThat(opened).hasValue(1);
        assertThat(closed).hasValue(1);
        thread.close();
        assertThat(thread.state()).as("it was not told to stop, it was fenced").isEqualTo(State.FENCED);
    }

    /** Liveness goes by the state: a role that died of an Error must not look as if it ran. */
    @Test
    void shouldEndVisiblyWhenAnErrorIsThrown() {
        role(time -> {}, time -> {
            throw new OutOfMemoryError("planted");
        });

        await().until(() -> thread.ended());

        assertThat(thread.state()).isEqualTo(State.STOPPED);
        assertThat(failures).containsExactly(Failure.INTERNAL);
        assertThat(thread.failure()).isEqualTo(Failure.INTERNAL);
        assertThat(opened).hasValue(1);
    }

    @Test
    void shouldEndAtOnceWhenItIsClosedWhileItBacksOff() {
        role(time -> {
            throw failure(Failure.LOG_UNREACHABLE);
        }, time -> {});
        await().until(() -> opened.get() >= 4);
        long start = System.nanoTime();

        thread.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).as("the back-off is 1.6 s by now").isLessThan(Duration.ofMillis(1400));
        assertThat(thread.state()).isEqualTo(State.STOPPED);
    }

    @Test
    void shouldWaitLongerEachTimeWhenItFailsAgainAndAgain() {
        List<Long> times = new CopyOnWriteArrayList<>();
        role(time -> {
            times.add(System.nanoTime());
            throw failure(Failure.LOG_UNREACHABLE);
        }, time -> {});

        await().until(() -> times.size() >= 4);

        for (int i = 0; i < 3; i++) {
            long millis = (times.get(i + 1) - times.get(i)) / 1_000_000;
            assertThat(millis).as("pause %d", i).isGreaterThanOrEqualTo(200L << i);
        }
    }

    @Test
    void shouldEndQuietlyWhenItFailsBecauseItIsToldToStop() {
        CountDownLatch inTurn = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        role(time -> {}, time -> {
            inTurn.countDown();
            waitFor(goOn);
            throw failure(Failure.LOG_UNREACHABLE);
        });
        waitFor(inTurn);
        Thread closer = new Thread(thread::close);
        closer.start();
        await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);

        goOn.countDown();

        await().until(() -> thread.ended());
        assertThat(failures).isEmpty();
        assertThat(opened).hasValue(1);
        assertThat(closed).hasValue(1);
    }

    @Test
    void shouldCloseTheLogWhenItsCycleCannotBeMade() {
        AtomicInteger logClosed = new AtomicInteger();
        AutoCloseable log = () -> {
            logClosed.incrementAndGet();
            throw new IllegalStateException("of closing");
        };

        assertThatThrownBy(() -> RoleThread.owning(log, any -> {
            throw failure(Failure.CHUNK_INVALID);
        })).isInstanceOf(ErrataException.class).hasMessageContaining("planted").satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(logClosed).hasValue(1);
    }
}
