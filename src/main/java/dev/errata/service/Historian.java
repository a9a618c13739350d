package dev.errata.service;

import dev.errata.history.HistoryFeed;
import dev.errata.history.HistoryIndex;
import dev.errata.stream.kafka.KafkaTails;
import dev.errata.worker.RoleThread;

/**
 * The index of the history in this process, and the thread that feeds it. It is no role: a process is ready without it, since what it
 * answers is only about the past.
 *
 * <h2>Thread safety</h2> Safe.
 */
final class Historian implements AutoCloseable {
    private final HistoryIndex index;
    private final RoleThread thread;

    Historian(Wiring wiring, RoleThread.Listener listener) {
        KafkaTails tails = new KafkaTails(wiring.kafka(), wiring.line(), HistoryIndex.topics());
        String line = wiring.line().model();
        this.index = new HistoryIndex(wiring.settings().modelState().resolve("history").resolve(line), tails, line);
        this.thread = new RoleThread("history", () -> new Turns(index.feed()), listener).start();
    }

    private record Turns(HistoryFeed feed) implements RoleThread.Cycle {
        @Override
        public void turn() {
            feed.turn();
        }

        @Override
        public void close() {
            feed.close();
        }
    }

    HistoryIndex index() {
        return index;
    }

    @Override
    public void close() {
        thread.close();
        index.close();
    }
}
