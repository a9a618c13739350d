package dev.errata.memit;

import ai.djl.pytorch.jni.JniUtils;
import dev.errata.transformer.CausalLm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Threads of which each runs the engine alone, instead of the engine running one operation on many: products over a few
 * facts are too small to be shared.
 *
 * <p>There is one set of them in a process: threads made anew for each search were a good part of an edit of one fact, and two edits at
 * once share the cores anyway. A thread that has had nothing to do for a minute ends.
 *
 * <h2>Thread safety</h2> Safe. A task must not wait for others of the same threads.
 */
final class EngineThreads {
    private static final EngineThreads CORES = new EngineThreads(Runtime.getRuntime().availableProcessors(), true);
    private static final EngineThreads ONE = new EngineThreads(1, false);
    private static final int IDLE_SECONDS = 60;

    private final int threads;
    private final ExecutorService pool;

    /** One for each core where the engine computes on them, else one. */
    static EngineThreads of(CausalLm lm) {
        return lm.manager().getDevice().isGpu() ? ONE : CORES;
    }

    /** @param alone whether each of the threads is to run the engine's operations alone */
    private EngineThreads(int threads, boolean alone) {
        this.threads = threads;
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(alone ? () -> alone(task) : task, "errata-engine");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        this.pool = executor;
    }

    /**
     * The engine keeps the number per thread, but what was set last is what new threads begin with; so another thread puts that back. It
     * reads its number when it first needs it, which is to be before it is set.
     */
    private static void alone(Runnable task) {
        synchronized (EngineThreads.class) {
            int before = JniUtils.getNumThreads();
            JniUtils.setNumThreads(1);
            Thread restoring = new Thread(() -> JniUtils.setNumThreads(before));
            restoring.start();
            join(restoring);
        }
        task.run();
    }

    private static void join(Thread thread) {
        try {
            uninterrupted(() -> {
                thread.join();
                return null;
            });
        } catch (ExecutionException e) {
            throw asRuntime(e);
        }
    }

    int threads() {
        return threads;
    }

    /** Does the same with each, at the same time as far as there are threads; an exception of one is thrown here when all are done. */
    <A, B> List<B> each(List<A> all, Function<A, B> task) {
        List<Future<B>> futures = new ArrayList<>();
        for (A one : all) {
            Callable<B> call = () -> task.apply(one);
            futures.add(pool.submit(call));
        }
        List<B> results = new ArrayList<>();
        RuntimeException failure = null;
        for (Future<B> future : futures) {
            try {
                results.add(uninterrupted(future::get));
            } catch (ExecutionException e) {
                failure = failure == null ? asRuntime(e.getCause()) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return results;
    }

    private interface Waiting<T> {
        T await() throws InterruptedException, ExecutionException;
    }

    /** Tasks use memory that the caller frees, so they are waited for in any case; an interrupt is kept for later. */
    private static <T> T uninterrupted(Waiting<T> waiting) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return waiting.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException asRuntime(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException exception ? exception : new IllegalStateException(cause);
    }
}
