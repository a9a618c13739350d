package dev.errata.follower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final int ASKING = 20;

    private final Turns turns = new Turns("ranges");

    /** While one is at it, all but those who may wait get an answer at once. */
    @Test
    void shouldRefuseWhenAsManyWaitAsMay() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(ASKING - Turns.WAITING);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(1 + ASKING);
        try {
            Future<?> first = threads.submit(() -> turns.take(() -> {
                begun.countDown();
                return await(release);
            }));
            begun.await();
            List<? extends Future<?>> asking = IntStream.range(0, ASKING).mapToObj(i -> threads.submit(() -> {
                try {
                    turns.take(done::incrementAndGet);
                } catch (ErrataException e) {
                    assertThat(e.failure()).isEqualTo(Failure.NOT_READY);
                    assertThat(e).hasMessage("ranges: 8 wait (expected: fewer)");
                    refused.countDown();
                }
            })).toList();
            refused.await();
            assertThat(done).hasValue(0);

            release.countDown();

            first.get();
            for (Future<?> future : asking) {
                future.get();
            }
            assertThat(done).hasValue(Turns.WAITING);
        } finally {
            release.countDown();
            threads.shutdownNow();
        }
    }

    @Test
    void shouldGiveThePlaceBackWhenTheWorkFails() {
        for (int i = 0; i < 2 * Turns.WAITING; i++) {
            assertThatThrownBy(() -> turns.take(() -> {
                throw new IllegalStateException("broken");
            })).hasMessage("broken");
        }

        assertThat(turns.<String>take(() -> "done")).isEqualTo("done");
    }

    private static Object await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return latch;
    }
}
