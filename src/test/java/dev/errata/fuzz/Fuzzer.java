package dev.errata.fuzz;

import com.sun.management.ThreadMXBean;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Feeds one parser with inputs made from inputs, and holds it to the law: it reads, or it refuses with a code; it allocates no more than
 * its input is worth. (That it ends, {@link Watchdog} sees.)
 *
 * <p>What guides it is where an input was refused: the stack of the refusal and its causes. An input that was refused where none was
 * before joins those that others are made from, so that what lies behind one check is reached through it. That costs no agent and
 * no instrumentation. The same seed gives the same inputs.
 */
final class Fuzzer {
    /** What a parser may allocate: so much for each byte of its input (a JSON tree of empty lists takes 100), and so much besides. */
    static final long BYTES_FOR_EACH = 128;

    static final long BYTES_BESIDES = 8 << 20;

    private static final int FINDINGS_MAX = 8;
    private static final int CORPUS_MAX = 1024;
    private static final int CORPUS_BYTES_MAX = 1 << 14;
    private static final int FRAMES = 48;
    /** The JVM changes how it calls after some calls: not to be told from another path, or the same seed gave other inputs. */
    private static final String REFLECTION = "jdk.internal.reflect.";
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Parser parser;
    private final RandomGenerator random;
    private final Mutations mutations;
    private final Tally tally;
    private final List<byte[]> corpus;
    private final Set<Long> paths = new HashSet<>();
    private final Set<Long> found = new HashSet<>();
    private volatile byte[] current;
    private volatile long since = System.nanoTime();

    Fuzzer(Parser parser, long seed) {
        this.parser = parser;
        this.random = new SplittableRandom(seed + parser.name().hashCode());
        this.mutations = new Mutations(random);
        this.tally = new Tally(parser.name());
        this.corpus = new ArrayList<>(parser.corpus());
    }

    /** The input that is read at the moment, and since when ({@link System#nanoTime}). */
    byte[] current() {
        return current;
    }

    long since() {
        return since;
    }

    /** The corpus, and then as many inputs made from it. */
    Tally run(long inputs) {
        for (byte[] input : parser.corpus()) {
            long accepted = tally.accepted;
            one(input);
            if (tally.accepted == accepted && tally.findings.isEmpty()) {
                finding(new Tally.Finding("an input of the corpus was refused: " + tally.refused, input, null));
            }
        }
        for (long i = 0; i < inputs && tally.findings.size() < FINDINGS_MAX; i++) {
            one(parser.shape().mutate(any(), any(), mutations));
        }
        tally.paths = paths.size();
        return tally;
    }

    /** Every other time one of those that it began with: what is far from them mostly fails at the first check. */
    private byte[] any() {
        return corpus.get(random.nextInt(random.nextBoolean() ? parser.corpus().size() : corpus.size()));
    }

    private void one(byte[] input) {
        current = input;
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        since = start;
        Throwable thrown = null;
        try {
            parser.reading().read(input);
        } catch (Throwable e) {
            // Errors too: whatever comes out is what is asked about.
            thrown = e;
        }
        tally.slowestNanos = Math.max(tally.slowestNanos, System.nanoTime() - start);
        allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        tally.mostAllocated = Math.max(tally.mostAllocated, allocated);
        tally.inputs++;
        judge(input, thrown);
        long most = parser.bytesForEach() * input.length + BYTES_BESIDES;
        if (allocated > most) {
            finding(new Tally.Finding("allocated " + allocated + " bytes (expected: at most " + most + ")", input, thrown));
        }
    }

    private void judge(byte[] input, Throwable thrown) {
        if (thrown == null) {
            tally.accepted++;
            if (random.nextInt(256) == 0) {
                keep(input);
            }
        } else if (thrown instanceof ErrataException e && e.failure() != Failure.INTERNAL) {
            tally.refused.merge(e.failure().name(), 1, Integer::sum);
            if (paths.add(path(e))) {
                keep(input);
            }
        } else {
            finding(new Tally.Finding("threw " + thrown, input, thrown));
        }
    }

    private void keep(byte[] input) {
        if (input.length > CORPUS_BYTES_MAX) {
            return;
        }
        if (corpus.size() < CORPUS_MAX) {
            corpus.add(input);
        } else {
            corpus.set(parser.corpus().size() + random.nextInt(CORPUS_MAX - parser.corpus().size()), input);
        }
    }

    /** One for each place that it comes from. */
    private void finding(Tally.Finding finding) {
        if (found.add(finding.cause() == null ? 0 : path(finding.cause()))) {
            tally.findings.add(finding);
        }
    }

    private static long path(Throwable thrown) {
        long hash = 0;
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            StackTraceElement[] stack = e.getStackTrace();
            hash = 31 * hash + e.getClass().getName().hashCode();
            for (int i = 0; i < Math.min(FRAMES, stack.length) && !stack[i].getClassName().equals(Fuzzer.class.getName()); i++) {
                if (!stack[i].getClassName().startsWith(REFLECTION)) {
                    hash = 31 * (31 * hash + stack[i].getClassName().hashCode()) + stack[i].getLineNumber();
                }
            }
        }
        return hash;
    }
}
