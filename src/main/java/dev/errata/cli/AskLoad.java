package dev.errata.cli;

import dev.errata.follower.Answer;
import dev.errata.follower.Answers;
import dev.errata.follower.Ask;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/**
 * Clients that ask one question after another without a pause, and what they heard.
 *
 * <h2>Thread safety</h2> Immutable.
 *
 * @param millis of each request, in ascending order
 * @param heard each different answer once
 * @param errors requests without an answer
 */
record AskLoad(double seconds, List<Double> millis, Set<Heard> heard, List<RuntimeException> errors) {
    static final int CLIENTS = 8;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS = 1e9;

    /** @param question its number */
    record Heard(int question, Answer answer) {}

    /** What one client does: its latencies and what it heard. */
    private record Client(List<Double> millis, Set<Heard> heard, List<RuntimeException> errors) {
        Client() {
            this(new ArrayList<>(), new HashSet<>(), new ArrayList<>());
        }

        Client ask(Answers model, List<Ask> questions, int first, BooleanSupplier done) {
            for (int question = first % questions.size(); !done.getAsBoolean(); question = (question + 1) % questions.size()) {
                long start = System.nanoTime();
                try {
                    Answer answer = model.ask(questions.get(question));
                    millis.add((System.nanoTime() - start) / NANOS_PER_MILLI);
                    heard.add(new Heard(question, answer));
                } catch (RuntimeException e) {
                    errors.add(e);
                }
            }
            return this;
        }
    }

    /** Asks until {@code done}; each client begins with another question. */
    static AskLoad run(Answers model, List<Ask> questions, BooleanSupplier done) {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            long start = System.nanoTime();
            List<Future<Client>> asking = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int first = i;
                asking.add(clients.submit(() -> new Client().ask(model, questions, first, done)));
            }
            AskLoad all = new AskLoad(0, new ArrayList<>(), new HashSet<>(), new ArrayList<>());
            for (Future<Client> one : asking) {
                all.millis.addAll(one.get().millis());
                all.heard.addAll(one.get().heard());
                all.errors.addAll(one.get().errors());
            }
            Collections.sort(all.millis);
            return new AskLoad((System.nanoTime() - start) / NANOS, all.millis, all.heard, all.errors);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            clients.shutdownNow();
        }
    }

    double percentile(double share) {
        return millis.get((int) Math.min(millis.size() - 1, Math.ceil(share * millis.size()) - 1));
    }
}
