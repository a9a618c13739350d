package dev.errata.follower;

import dev.errata.delta.Delta;
import dev.errata.delta.Version;
import dev.errata.delta.VersionChain;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Deltas that are downloaded, verified and decoded while those before them are applied. They are given in the order in which they are
 * applied, and what is wrong with one is thrown when its turn has come.
 *
 * <h2>Limits</h2> {@value #VERSIONS} versions, and {@value #BYTES} bytes of payload beside the first. <h2>Thread safety</h2> None.
 */
final class Ahead {
    private static final int VERSIONS = 64;
    private static final long BYTES = 64L * 1024 * 1024;

    private final Deltas deltas;
    private final VersionChain chain;
    private final Optional<Executor> executor;
    private final Deque<Begun> window = new ArrayDeque<>();
    private long bytes;

    private record Begun(Version version, CompletableFuture<Delta> delta) {}

    /** @param executor with one thread, so that the log is read in order; without one, each is read when it is taken */
    Ahead(Deltas deltas, VersionChain chain, Optional<Executor> executor) {
        this.deltas = deltas;
        this.chain = chain;
        this.executor = executor;
    }

    /** @param after what will be taken after it, as far as is known */
    Delta take(Version version, Collection<Version> after) {
        if (executor.isEmpty()) {
            return deltas.of(chain, version);
        }
        if (window.isEmpty() || window.peek().version() != version) {
            forget();
            begin(version);
        }
        after.stream().skip(window.size() - 1L).takeWhile(next -> hasRoom(next)).forEach(this::begin);
        Begun first = window.poll();
        bytes -= Deltas.bytes(version);
        return join(first.delta());
    }

    private boolean hasRoom(Version next) {
        return window.size() < VERSIONS && bytes + Deltas.bytes(next) <= BYTES;
    }

    private void begin(Version version) {
        bytes += Deltas.bytes(version);
        window.add(new Begun(version, CompletableFuture.supplyAsync(() -> deltas.of(chain, version), executor.orElseThrow())));
    }

    /** Nothing more is wanted of what was begun. */
    void forget() {
        window.forEach(begun -> begun.delta().cancel(false));
        window.clear();
        bytes = 0;
    }

    private static Delta join(CompletableFuture<Delta> delta) {
        try {
            return delta.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }
}
