package dev.errata.history;

import dev.errata.delta.VersionRef;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.LogTail;
import dev.errata.stream.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * The history of one model line, in an index on disk that is fed from the topics and can be deleted at any time.
 *
 * <p>Whoever runs it opens a {@link #feed} and gives it turns; after a failure the feed is closed and another one opened. Questions are
 * answered once everything that was in the log has been read, and from then on out of what was read last. A log that is broken is a
 * failure that every question is answered with, because half a history looks like a whole one; a broker that is away is not.
 *
 * <h2>Thread safety</h2> Safe; there may be one feed at a time.
 */
public final class HistoryIndex implements AutoCloseable {
    /** Facts at most in a list whose length nobody chose. */
    public static final int LISTED = 1000;

    private final Path directory;
    private final LogTail.Source source;
    private final String model;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private Slot slot;
    /** What questions are answered from; null until it is complete. */
    private IndexFile served;
    private volatile ErrataException failure;
    private boolean damaged;
    /** Number of the newest version that questions are answered with; -1 while none are. */
    private volatile long reached = -1;

    /** @param directory may be shared with other processes: each takes a file of its own */
    public HistoryIndex(Path directory, LogTail.Source source, String model) {
        this.directory = directory;
        this.source = source;
        this.model = model;
    }

    /** The topics that {@code source} has to have. */
    public static Set<Topic> topics() {
        return Told.TOPICS;
    }

    /** Opens the index, or makes it anew, and goes on where it was left. */
    public HistoryFeed feed() {
        try {
            return open();
        } catch (ErrataException e) {
            failed(e);
            throw e;
        }
    }

    private HistoryFeed open() {
        String identity = model + " " + source.identity();
        lock.writeLock().lock();
        try {
            if (served != null) {
                served.close();
                withdraw();
            }
            if (slot == null) {
                slot = Slot.take(directory);
            }
            if (damaged) {
                slot.clear();
                damaged = false;
            }
            IndexFile file = IndexFile.open(slot.file(), identity);
            return HistoryFeed.open(this, file, source, model);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /**
     * Everything up to {@code number} can be asked for from now on.
     *
     * @param whole whether that is all there was in the log; only then is a failure overcome
     */
    void serve(IndexFile file, long number, boolean whole) {
        lock.writeLock().lock();
        try {
            served = file;
            reached = number;
            if (whole) {
                failure = null;
            }
        } finally {
            lock.writeLock().unlock();
        }
        synchronized (this) {
            notifyAll();
        }
    }

    private void withdraw() {
        served = null;
        reached = -1;
    }

    /** The feed ends: nobody asks what it wrote any more until the next one serves. */
    void closed(IndexFile file) {
        lock.writeLock().lock();
        try {
            if (served == file) {
                withdraw();
            }
            file.close();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** What the log or the index does not let us read. */
    void failed(ErrataException reason) {
        lock.writeLock().lock();
        try {
            // What is merely away comes back, and what was read is still true.
            if (reason.failure() != Failure.LOG_UNREACHABLE) {
                failure = reason;
            }
            damaged |= reason.getCause() instanceof Db.Damaged || reason.failure() == Failure.TOPIC_MISMATCH;
        } finally {
            lock.writeLock().unlock();
        }
        synchronized (this) {
            notifyAll();
        }
    }

    /** Whether a question met damage, so that the index has to be made anew. */
    boolean damaged() {
        lock.readLock().lock();
        try {
            return damaged;
        } finally {
            lock.readLock().unlock();
        }
    }

    private <T> T ask(Function<Db, T> question) {
        lock.readLock().lock();
        try {
            if (failure != null) {
                throw new ErrataException(failure.failure(), failure.getMessage(), failure);
            }
            if (served == null) {
                throw new ErrataException(Failure.NOT_READY, "history: the log is being read (expected: read once)");
            }
            Db db = served.borrow();
            boolean sound = false;
            try {
                T answer = question.apply(db);
                sound = true;
                return answer;
            } catch (ErrataException e) {
                sound = true;
                throw e;
            } finally {
                served.giveBack(db, sound);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    private <T> T answer(Function<Db, T> question) {
        try {
            return ask(question);
        } catch (Db.Damaged e) {
            ErrataException told = new ErrataException(Failure.NOT_READY, "history: the index is damaged and is made anew", e);
            failed(told);
            throw told;
        }
    }

    /** Number of the newest version that was read; 0 when there is only the base model. */
    public long newest() {
        return answer(db -> new Line(db).newest());
    }

    /**
     * The number of the version that is meant.
     *
     * @throws ErrataException VERSION_UNKNOWN or TAG_UNKNOWN
     */
    public long resolve(VersionRef ref) {
        return answer(db -> ref.resolve(new Line(db)));
    }

    /**
     * Waits until a version was read, or until questions are answered with a failure.
     *
     * @return whether it was
     */
    public synchronized boolean await(long number, Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (reached < number) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0 || failure != null) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** What happened, newest first. */
    public LogPage log(LogFilter filter) {
        return answer(db -> new LogQuery(db, filter).page());
    }

    /**
     * A version with what it did to each fact.
     *
     * @throws ErrataException VERSION_UNKNOWN for 0, the base model, and beyond the newest
     */
    public VersionStory version(long number) {
        return answer(db -> new VersionQuery(db).story(number));
    }

    /**
     * What is different between two versions; 0 is the base model.
     *
     * @param limit facts of each kind, at most
     * @throws ErrataException VERSION_UNKNOWN
     */
    public Difference difference(long from, long to, int limit) {
        return answer(db -> new DifferenceQuery(db).between(from, to, limit));
    }

    /** Why the model claims what it claims of a subject, or claims nothing any more. */
    public Blame why(String subject, Optional<String> relation) {
        return answer(db -> new BlameQuery(db).of(subject, relation));
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (served != null) {
                served.close();
                withdraw();
            }
            if (slot != null) {
                slot.close();
                slot = null;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
