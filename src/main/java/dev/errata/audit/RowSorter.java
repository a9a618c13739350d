package dev.errata.audit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Sorts rows, however many: what does not fit in memory goes into sorted runs on disk, of which {@value #FAN_IN} become one as soon as
 * there are so many of a size. A log with few records touches no disk.
 *
 * <h2>Limits</h2> Memory for the given number of rows and a buffer for each run; rows of one group are in memory together.
 * <h2>Thread safety</h2> None: one thread.
 */
final class RowSorter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 15;
    private static final int FAN_IN = 32;

    private final int rowsInMemory;
    private final List<Row> rows = new ArrayList<>();
    /** Runs by how often they were merged. */
    private final List<List<Path>> levels = new ArrayList<>();

    RowSorter(int rowsInMemory) {
        this.rowsInMemory = rowsInMemory;
    }

    void add(Row row) {
        rows.add(row);
        if (rows.size() >= rowsInMemory) {
            spill();
        }
    }

    private void spill() {
        Collections.sort(rows);
        keep(0, write(rows.iterator()));
        rows.clear();
    }

    private void keep(int level, Path run) {
        if (levels.size() == level) {
            levels.add(new ArrayList<>());
        }
        List<Path> runs = levels.get(level);
        runs.add(run);
        if (runs.size() == FAN_IN) {
            Path merged;
            try (Merge merge = new Merge(runs, List.of())) {
                merged = write(merge);
            }
            delete(runs);
            keep(level + 1, merged);
        }
    }

    private static Path write(Iterator<Row> sorted) {
        try {
            Path run = Files.createTempFile("errata-audit-", ".rows");
            try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(run), BUFFER_BYTES))) {
                while (sorted.hasNext()) {
                    sorted.next().write(out);
                }
            }
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives every group, its rows in their order. To be called once, after the last {@link #add}. */
    void groups(Consumer<List<Row>> visitor) {
        Collections.sort(rows);
        List<Row> group = new ArrayList<>();
        try (Merge merge = new Merge(levels.stream().flatMap(List::stream).toList(), rows)) {
            while (merge.hasNext()) {
                Row next = merge.next();
                if (!group.isEmpty() && !group.get(0).isOfSameGroup(next)) {
                    visitor.accept(List.copyOf(group));
                    group.clear();
                }
                group.add(next);
            }
        }
        if (!group.isEmpty()) {
            visitor.accept(List.copyOf(group));
        }
    }

    /** Several sorted sequences as one. */
    private static final class Merge implements Iterator<Row>, AutoCloseable {
        private final PriorityQueue<Head> queue = new PriorityQueue<>((one, other) -> one.row.compareTo(other.row));
        private final List<Run> runs = new ArrayList<>();

        Merge(List<Path> files, List<Row> inMemory) {
            files.forEach(file -> runs.add(new Run(file)));
            runs.forEach(run -> offer(new Head(run)));
            offer(new Head(inMemory.iterator()));
        }

        private void offer(Head head) {
            if (head.advance()) {
                queue.add(head);
            }
        }

        @Override
        public boolean hasNext() {
            return !queue.isEmpty();
        }

        @Override
        public Row next() {
            Head head = queue.remove();
            Row row = head.row;
            offer(head);
            return row;
        }

        @Override
        public void close() {
            runs.forEach(Run::close);
        }
    }

    /** A sequence and its next row. */
    private static final class Head {
        private final Iterator<Row> rest;
        private Row row;

        Head(Iterator<Row> rest) {
            this.rest = rest;
        }

        boolean advance() {
            row = rest.hasNext() ? rest.next() : null;
            return row != null;
        }
    }

    /** The rows of a file. */
    private static final class Run implements Iterator<Row>, AutoCloseable {
        private final DataInputStream in;
        private Row next;

        Run(Path file) {
            try {
                in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
                next = read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Row read() throws IOException {
            try {
                return Row.read(in);
            } catch (EOFException e) {
                return null;
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Row next() {
            try {
                Row row = next;
                next = read();
                return row;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                in.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void delete(List<Path> runs) {
        try {
            for (Path run : runs) {
                Files.deleteIfExists(run);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        runs.clear();
    }

    @Override
    public void close() {
        levels.forEach(RowSorter::delete);
    }
}
