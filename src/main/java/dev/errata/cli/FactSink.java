package dev.errata.cli;

import dev.errata.fact.FactChange;
import java.util.List;

/** Where published fact changes go. */
interface FactSink extends AutoCloseable {
    /** Returns when all of them are in the log; otherwise some may be. */
    void publish(List<FactChange> changes);

    @Override
    void close();
}
