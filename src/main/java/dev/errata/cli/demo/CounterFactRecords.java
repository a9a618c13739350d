package dev.errata.cli.demo;

import dev.errata.experiment.CounterFactSample;
import dev.errata.fact.FactChange.Asserted;
import java.time.Instant;
import java.util.List;

/** The demo's thirty CounterFact records: the first of the {@link CounterFactSample}. */
public final class CounterFactRecords {
    static final Instant TIME = CounterFactSample.TIME;
    static final String SOURCE = CounterFactSample.SOURCE;
    private static final int RECORDS = 30;

    private CounterFactRecords() {}

    /** In the data set's order. */
    public static List<Asserted> read() {
        return CounterFactSample.read().subList(0, RECORDS);
    }
}
