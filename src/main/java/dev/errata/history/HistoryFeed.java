package dev.errata.history;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.LogTail;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Feeds a {@link HistoryIndex}: while one portion of the log is written, the next is read and decoded.
 *
 * <h2>Thread safety</h2> One thread.
 */
public final class HistoryFeed implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(HistoryFeed.class);
    private static final Duration WAIT = Duration.ofMillis(200);
    private static final long CLOSE_SECONDS = 10;

    /** A portion that was decoded. */
    private record Read(List<Told> told, Map<LogTail.Spot, Long> next, boolean caughtUp) {}

    private final HistoryIndex index;
    private final IndexFile file;
    private final LogTail tail;
    private final String model;
    private IndexWriter writer;
    private final long started = System.nanoTime();
    private final ExecutorService reading = Executors.newSingleThreadExecutor(task -> new Thread(task, "errata-history-reader"));
    private Future<Read> ahead;
    private long records;
    private long written;
    private boolean caughtUp;
    private boolean failed;

    private HistoryFeed(HistoryIndex index, IndexFile file, LogTail tail, String model) throws SQLException {
        this.index = index;
        this.file = file;
        this.tail = tail;
        this.model = model;
        this.writer = IndexWriter.of(file);
        if (file.complete()) {
            index.serve(file, writer.last(), false);
        }
        ahead = reading.submit(this::read);
    }

    static HistoryFeed open(HistoryIndex index, IndexFile file, LogTail.Source source, String model) {
        LogTail tail = null;
        try {
            tail = source.open(file.spots());
            return new HistoryFeed(index, file, tail, model);
        } catch (SQLException | RuntimeException e) {
            if (tail != null) {
                tail.close();
            }
            file.close();
            throw coded(e);
        }
    }

    /** Takes in what has come, waiting a little for it. */
    public void turn() {
        try {
            take();
        } catch (SQLException | RuntimeException e) {
            failed = true;
            ErrataException reason = coded(e);
            index.failed(reason);
            throw reason;
        }
    }

    private void take() throws SQLException {
        if (index.damaged()) {
            throw new ErrataException(Failure.NOT_READY, "history: the index is damaged and is made anew");
        }
        if (caughtUp) {
            file.seal();
        }
        Read read = await(ahead);
        ahead = reading.submit(this::read);
        boolean whole = read.caughtUp() && !caughtUp;
        if (read.told().isEmpty() && !whole) {
            return;
        }
        long began = System.nanoTime();
        writer.write(read.told(), read.next());
        records += read.told().size();
        if (whole && !file.complete()) {
            file.finish();
            writer = writer.moved();
        }
        written += System.nanoTime() - began;
        caughtUp |= whole;
        if (file.complete()) {
            index.serve(file, writer.last(), caughtUp);
        }
        if (whole) {
            LOG.infof("history up to version %d, %d records read in %d ms, %d of them writing", writer.last(), records,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started), TimeUnit.NANOSECONDS.toMillis(written));
        }
    }

    private Read read() {
        LogTail.Portion portion = tail.poll(WAIT);
        List<Told> told = portion.entries().stream().map(entry -> Told.of(entry, model)).flatMap(Optional::stream).toList();
        return new Read(told, portion.next(), portion.caughtUp());
    }

    /** Records that were read, of this line; what a benchmark counts. */
    public long records() {
        return records;
    }

    /** Nanoseconds that writing took; reading goes on meanwhile. */
    public long writing() {
        return written;
    }

    /** Whether all that was in the log when this feed was opened can be asked for. */
    public boolean caughtUp() {
        return caughtUp;
    }

    private static Read await(Future<Read> read) {
        try {
            return read.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ErrataException(Failure.LOG_UNREACHABLE, "interrupted while reading the log", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException told ? told : new ErrataException(Failure.INTERNAL, e.toString(), e);
        }
    }

    private static ErrataException coded(Exception e) {
        if (e instanceof ErrataException coded) {
            return coded;
        }
        // What SQLite says, it says of a file that can be made anew.
        Throwable cause = e instanceof SQLException ? new Db.Damaged("index", e) : e;
        String message = e instanceof Db.Damaged ? "history: the index cannot be used: " + e.getCause().getMessage() : e.toString();
        return new ErrataException(Failure.INTERNAL, message, cause);
    }

    @Override
    public void close() {
        reading.shutdown();
        try {
            if (!reading.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warnf("reading the log has not ended after %d s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tail.close();
        if (caughtUp && !failed) {
            file.seal();
        }
        index.closed(file);
    }
}
