package dev.errata.memit;

import dev.errata.delta.Digest;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.MomentCheckpoint.Place;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.TokenRows;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * C = E[k kᵀ]: the mean second moment of the keys of each edited block over a text (method.md §7). It stands for everything that an edit
 * is to preserve.
 *
 * <p>Uncentred; every token counts, the first of a document too. Sums are fp64, since C is badly conditioned and is inverted: what fp32
 * would round away are its smallest eigenvalues. λ is not part of it.
 *
 * <p>It is computed from a text ({@link #compute}), read from what was kept of that ({@link CovarianceFile}), or from what the reference
 * publishes ({@link PublishedMoments}).
 *
 * <h2>Limits</h2> d_k² doubles for each block: in the engine while it is computed, in the heap while it is saved. One that was read has
 * nothing in memory but what somebody asked for last.
 * <h2>Thread safety</h2> Immutable.
 */
public final class Covariance {
    private final Source source;
    private final long tokens;
    private final double standardError;
    private final Map<Integer, Moment> moments;

    /**
     * What a covariance is made from.
     *
     * @param model digest of the model
     * @param text SHA-256 of the text file
     * @param rule when reading was to stop
     */
    record Source(String model, String text, String rule) {
        static Source of(CausalLm lm, Path text, StopRule rule) {
            return new Source(lm.digest(), Documents.digest(text), rule.label());
        }
    }

    /** One block's C. */
    interface Moment {
        /** (d_k, d_k) row-major; not copied where it is in memory, to be read only. */
        double[] mean();

        /** SHA-256 of what {@link #mean} gives, or of the file that it comes from. */
        String digest();

        static Moment of(double[] mean) {
            return new Moment() {
                @Override
                public double[] mean() {
                    return mean;
                }

                @Override
                public String digest() {
                    return Digest.sha256(mean);
                }
            };
        }
    }

    Covariance(Source source, long tokens, double standardError, Map<Integer, Moment> moments) {
        this.source = source;
        this.tokens = tokens;
        this.standardError = standardError;
        this.moments = new TreeMap<>(moments);
    }

    /**
     * Reads a text once for all blocks.
     *
     * @param text UTF-8, one document a line
     * @param maxTokens stop with the document that brings this many tokens; the whole text if empty
     * @param progress hears after each window of documents how far it is
     */
    public static Covariance compute(
            CausalLm lm, Path text, OptionalLong maxTokens, Collection<Integer> blocks, Consumer<Reading> progress) {
        return compute(lm, Overlay.NONE, text, maxTokens, blocks, progress);
    }

    /** Of an edited model; what is kept on disk is always the base model's. */
    static Covariance compute(
            CausalLm lm, Overlay overlay, Path text, OptionalLong maxTokens, Collection<Integer> blocks, Consumer<Reading> progress) {
        StopRule rule = maxTokens.isEmpty() ? StopRule.ALL : StopRule.tokens(maxTokens.getAsLong());
        try (MomentSums sums = new MomentSums(lm, overlay, blocks)) {
            return read(lm, text, rule, Source.of(lm, text, rule), sums, Optional.empty(), progress);
        }
    }

    /**
     * Reads a text once for all blocks, or what is left of it: every so often it keeps sums and place in a file, from which a later call
     * with the same model, text, rule and blocks goes on; its result is then the same to the bit.
     *
     * @param checkpoint the file; the caller deletes it once the covariance is kept
     * @param every how long to go on between two writes of it at least
     */
    public static Covariance resume(
            CausalLm lm,
            Path text,
            StopRule rule,
            Collection<Integer> blocks,
            Path checkpoint,
            Duration every,
            Consumer<Reading> progress) {
        Source source = Source.of(lm, text, rule);
        MomentCheckpoint kept = new MomentCheckpoint(checkpoint, source, new TreeSet<>(blocks), every);
        try (MomentSums sums = new MomentSums(lm, Overlay.NONE, blocks)) {
            return read(lm, text, rule, source, sums, Optional.of(kept), progress);
        }
    }

    private static Covariance read(
            CausalLm lm,
            Path text,
            StopRule rule,
            Source source,
            MomentSums sums,
            Optional<MomentCheckpoint> checkpoint,
            Consumer<Reading> progress) {
        try (Documents documents = new Documents(text, lm.tokenizer(), lm.config().positions())) {
            Place place = checkpoint.map(kept -> kept.restore(sums)).orElse(Place.START);
            documents.skip(place.lines());
            while (!rule.enough(sums.tokens(), sums.standardError())) {
                List<TokenRows> window = documents.window(rule.cap() - sums.tokens());
                if (window.isEmpty()) {
                    break;
                }
                for (TokenRows batch : window) {
                    sums.add(batch);
                }
                Place now = new Place(documents.lines());
                checkpoint.ifPresent(kept -> kept.offer(sums, now));
                double fraction = Math.max(documents.fraction(), (double) sums.tokens() / rule.cap());
                progress.accept(new Reading(sums.tokens(), Math.min(1, fraction), sums.standardError()));
            }
            Map<Integer, Moment> moments = new TreeMap<>();
            sums.means().forEach((block, mean) -> moments.put(block, Moment.of(mean)));
            return new Covariance(source, sums.tokens(), sums.standardError(), moments);
        }
    }

    /** How many tokens the means are over. */
    public long tokens() {
        return tokens;
    }

    /** Relative standard error ({@link SplitHalf}); NaN where it is not known. */
    public double standardError() {
        return standardError;
    }

    /** The blocks that it has a mean for. */
    public Set<Integer> blocks() {
        return new TreeSet<>(moments.keySet());
    }

    /** SHA-256 over the digests of all blocks. */
    public String digest() {
        StringBuilder all = new StringBuilder();
        moments.forEach((block, moment) -> all.append(block).append('=').append(moment.digest()).append('\n'));
        return Digest.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
    }

    Source source() {
        return source;
    }

    /** C of a block, (d_k, d_k) row-major; to be read only. */
    public double[] mean(int block) {
        return moment(block).mean();
    }

    Moment moment(int block) {
        Moment moment = moments.get(block);
        if (moment == null) {
            throw new ErrataException(Failure.COVARIANCE_MISMATCH, "block " + block + " (expected: one of " + blocks() + ")");
        }
        return moment;
    }
}
