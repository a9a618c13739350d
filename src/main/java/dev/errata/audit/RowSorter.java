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
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Sorts rows, however many: what does not fit in memory goes into sorted runs on disk, which are merged. A log without many records
 * touches no disk.
 *
 * <h2>Limits</h2> Memory for the given number of rows and a buffer for each run; rows of one group are in memory together.
 * <h2>Thread safety</h2> None: one thread.
 */
final class RowSorter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final int rowsInMemory;
    private final List<Row> rows = new ArrayList<>();
    private final List<Path> runs = new ArrayList<>();

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
        try {
            Path run = Files.createTempFile("errata-audit-", ".rows");
            runs.add(run);
            try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(run), BUFFER_BYTES))) {
                for (Row row : rows) {
                    row.write(out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rows.clear();
    }

    /** Gives every group, its rows in their order. To be called once, after the last {@link #add}. */
    void groups(Consumer<List<Row>> visitor) {
        Collections.sort(rows);
        List<Row> group = new ArrayList<>();
        PriorityQueue<Run> queue = new PriorityQueue<>((one, other) -> one.row.compareTo(other.row));
        List<Run> open = new ArrayList<>();
        try {
            for (Path run : runs) {
                Run opened = new Run(run);
                open.add(opened);
                queue.add(opened);
            }
            int at = 0;
            while (at < rows.size() || !queue.isEmpty()) {
                boolean ofMemory = queue.isEmpty() || at < rows.size() && rows.get(at).compareTo(queue.peek().row) <= 0;
                Row next = ofMemory ? rows.get(at++) : take(queue);
                if (!group.isEmpty() && !group.get(0).group().equals(next.group())) {
                    visitor.accept(List.copyOf(group));
                    group.clear();
                }
                group.add(next);
            }
            if (!group.isEmpty()) {
                visitor.accept(List.copyOf(group));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            open.forEach(Run::close);
        }
    }

    private static Row take(PriorityQueue<Run> queue) throws IOException {
        Run run = queue.poll();
        Row row = run.row;
        if (run.next()) {
            queue.add(run);
        }
        return row;
    }

    private static final class Run {
        private final DataInputStream in;
        private Row row;

        private Run(Path file) throws IOException {
            in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
            next();
        }

        private boolean next() throws IOException {
            try {
                row = Row.read(in);
                return true;
            } catch (EOFException e) {
                return false;
            }
        }

        private void close() {
            try {
                in.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            for (Path run : runs) {
                Files.deleteIfExists(run);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
