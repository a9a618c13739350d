package dev.errata.kills;

import java.util.concurrent.CountDownLatch;

/**
 * Where this process stops: at the nth time that it comes by a step. It says so and waits to be killed, or to be told to go on.
 *
 * <h2>Thread safety</h2> Safe; each step belongs to one thread.
 */
final class Stop {
    /** What it says begins so. */
    static final String AT = "at: ";

    private final Step step;
    private final int time;
    private final CountDownLatch go = new CountDownLatch(1);
    private int times;

    Stop(Step step, int time) {
        this.step = step;
        this.time = time;
    }

    void at(Step here) {
        if (here == step && ++times == time) {
            System.out.println(AT + step.words());
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Lets it go on. */
    void go() {
        go.countDown();
    }
}
