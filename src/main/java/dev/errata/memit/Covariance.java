package dev.errata.memit;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * C = E[k kᵀ]: the mean second moment of the keys of each edited block over a text (method.md §7). It stands for everything that an edit
 * is to preserve.
 *
 * <p>Uncentred; every token counts, the first of a document too. Sums are fp64, since C is badly conditioned and is inverted: what fp32
 * would round away are its smallest eigenvalues. λ is not part of it.
 *
 * <p>On disk it is a safetensors file that says which model and text it was made from, and is refused for any other.
 *
 * <h2>Limits</h2> d_k² doubles for each block: in the engine while it is computed, in the heap while it is saved.
 * <h2>Thread safety</h2> Immutable.
 */
public final class Covariance {
    private static final String FORMAT = "covariance.v1";
    private static final String ALL = "all";

    private final Source source;
    private final long tokens;
    private final Map<Integer, double[]> means;

    /**
     * What a covariance is made from.
     *
     * @param model digest of the model
     * @param text SHA-256 of the text file
     * @param maxTokens how many tokens were asked for, or empty for the whole text
     */
    record Source(String model, String text, OptionalLong maxTokens) {
        static Source of(CausalLm lm, Path text, OptionalLong maxTokens) {
            return new Source(lm.digest(), Documents.digest(text), maxTokens);
        }

        String limit() {
            return maxTokens.isEmpty() ? ALL : Long.toString(maxTokens.getAsLong());
        }
    }

    Covariance(Source source, long tokens, Map<Integer, double[]> means) {
        this.source = source;
        this.tokens = tokens;
        this.means = means;
    }

    /**
     * Reads a text once for all blocks.
     *
     * @param text UTF-8, one document a line
     * @param maxTokens stop with the document that brings this many tokens
     * @param progress hears the number of tokens read so far
     */
    public static Covariance compute(
            CausalLm lm, Path text, OptionalLong maxTokens, Collection<Integer> blocks, LongConsumer progress) {
        return compute(lm, Overlay.NONE, text, maxTokens, blocks, progress);
    }

    /** Of an edited model; what is kept on disk is always the base model's. */
    static Covariance compute(
            CausalLm lm, Overlay overlay, Path text, OptionalLong maxTokens, Collection<Integer> blocks, LongConsumer progress) {
        Source source = Source.of(lm, text, maxTokens);
        try (MomentSums sums = new MomentSums(lm, overlay, blocks)) {
            new Documents(text, lm.tokenizer(), lm.config().positions()).forEachBatch(maxTokens.orElse(Long.MAX_VALUE), batch -> {
                sums.add(batch);
                progress.accept(sums.tokens());
            });
            return new Covariance(source, sums.tokens(), sums.means());
        }
    }

    /** Writes the file; {@link #load} gives the same numbers to the bit. */
    public void save(Path file) {
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata("errata", FORMAT)
                .metadata("model", source.model())
                .metadata("text", source.text())
                .metadata("max_tokens", source.limit())
                .metadata("tokens", Long.toString(tokens));
        means.forEach((block, mean) -> {
            long width = Math.round(Math.sqrt(mean.length));
            writer.doubles(name(block), new long[] {width, width}, mean);
        });
        writer.write(file);
    }

    /**
     * Reads a file that {@link #save} wrote.
     *
     * @throws ErrataException COVARIANCE_MISMATCH when it was made from another model, text or number of tokens, or lacks a block
     */
    public static Covariance load(Path file, CausalLm lm, Path text, OptionalLong maxTokens, Collection<Integer> blocks) {
        Source source = Source.of(lm, text, maxTokens);
        Safetensors saved = Safetensors.read(file);
        Map<String, String> metadata = saved.metadata();
        require(file, "format", metadata.get("errata"), FORMAT);
        require(file, "model", metadata.get("model"), source.model());
        require(file, "text", metadata.get("text"), source.text());
        require(file, "max_tokens", metadata.get("max_tokens"), source.limit());
        Map<Integer, double[]> means = new TreeMap<>();
        long width = lm.config().keyWidth();
        for (int block : blocks) {
            String shape = saved.has(name(block)) ? Arrays.toString(saved.shape(name(block))) : "missing";
            require(file, name(block), shape, "[" + width + ", " + width + "]");
            means.put(block, saved.doubles(name(block)));
        }
        String tokens = metadata.getOrDefault("tokens", "missing");
        require(file, "tokens", tokens.matches("\\d{1,18}") ? "a count" : tokens, "a count");
        return new Covariance(source, Long.parseLong(tokens), means);
    }

    /** How many tokens the means are over. */
    public long tokens() {
        return tokens;
    }

    /** The blocks that it has a mean for. */
    public Set<Integer> blocks() {
        return new TreeSet<>(means.keySet());
    }

    /** C of a block, (d_k, d_k) row-major; not copied, to be read only. */
    public double[] mean(int block) {
        double[] mean = means.get(block);
        if (mean == null) {
            throw new ErrataException(Failure.COVARIANCE_MISMATCH, "block " + block + " (expected: one of " + blocks() + ")");
        }
        return mean;
    }

    private static String name(int block) {
        return "block." + block + ".second_moment";
    }

    private static void require(Path file, String what, String value, String expected) {
        if (!expected.equals(value)) {
            throw new ErrataException(Failure.COVARIANCE_MISMATCH, file + ": " + what + ": " + value + " (expected: " + expected + ")");
        }
    }
}
