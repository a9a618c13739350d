package dev.errata.experiment;

import java.util.List;
import java.util.function.Consumer;

/** One benchmark: what it measures, at which sizes, and its rows. */
public interface Bench {
    /** As the command line calls it. */
    String name();

    /** One sentence. */
    String measures();

    /** The sizes where nobody says others. */
    List<Integer> sizes();

    /** The smallest size that there is. */
    default int smallest() {
        return 1;
    }

    /** What the rows are measured on: a model's name, or sizes. */
    String model(BenchContext context);

    /**
     * Measures, size by size.
     *
     * @param sizes each {@link #smallest} or more; at least one
     * @param rows is given each row as soon as it is measured
     */
    void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows);
}
