package dev.errata.cli;

import dev.errata.stream.FactEvent;
import java.util.List;

/** Where published fact changes go. */
interface FactSink extends AutoCloseable {
    /** Returns when all of them are in the log; otherwise some may be. */
    void publish(List<FactEvent> facts);

    @Override
    void close();
}
