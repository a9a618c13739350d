package dev.errata.memit;

import dev.errata.delta.Digest;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.Covariance.Moment;
import dev.errata.memit.Covariance.Source;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import dev.errata.transformer.CausalLm;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A covariance on disk: a safetensors file that says which model and text it was made from, and is refused for any other. A block's
 * numbers are read when they are asked for, and compared with their digest then.
 *
 * <h2>Thread safety</h2> Stateless.
 */
public final class CovarianceFile {
    private static final String FORMAT = "covariance.v1";

    private CovarianceFile() {}

    /** Writes the file; {@link #load} gives the same numbers to the bit. */
    public static void save(Covariance covariance, Path file) {
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata("errata", FORMAT)
                .metadata("model", covariance.source().model())
                .metadata("text", covariance.source().text())
                .metadata("max_tokens", covariance.source().rule())
                .metadata("tokens", Long.toString(covariance.tokens()))
                .metadata("standard_error", Double.toString(covariance.standardError()));
        for (int block : covariance.blocks()) {
            Moment moment = covariance.moment(block);
            double[] mean = moment.mean();
            long width = Math.round(Math.sqrt(mean.length));
            writer.doubles(name(block), new long[] {width, width}, mean).metadata(digestOf(block), Digest.sha256(mean));
        }
        writer.write(file);
    }

    /**
     * Reads a file that {@link #save} wrote.
     *
     * @throws ErrataException COVARIANCE_MISMATCH when it was made from another model or text or by another rule, or lacks a block
     */
    public static Covariance load(Path file, CausalLm lm, Path text, StopRule rule, Collection<Integer> blocks) {
        return load(file, lm, Optional.of(Source.of(lm, text, rule)), blocks);
    }

    /** Reads a file whatever text it was made from, as long as it was with this model. */
    public static Covariance load(Path file, CausalLm lm, Collection<Integer> blocks) {
        return load(file, lm, Optional.empty(), blocks);
    }

    private static Covariance load(Path file, CausalLm lm, Optional<Source> expected, Collection<Integer> blocks) {
        Safetensors saved = Safetensors.read(file);
        Map<String, String> metadata = saved.metadata();
        require(file, "format", metadata.get("errata"), FORMAT);
        require(file, "model", metadata.get("model"), lm.digest());
        expected.ifPresent(source -> {
            require(file, "text", metadata.get("text"), source.text());
            require(file, "max_tokens", metadata.get("max_tokens"), source.rule());
        });
        long width = lm.config().keyWidth();
        Map<Integer, Moment> moments = new TreeMap<>();
        for (int block : blocks) {
            String shape = saved.has(name(block)) ? Arrays.toString(saved.shape(name(block))) : "missing";
            require(file, name(block), shape, "[" + width + ", " + width + "]");
            moments.put(block, moment(file, saved, block));
        }
        String tokens = metadata.getOrDefault("tokens", "missing");
        require(file, "tokens", tokens.matches("\\d{1,18}") ? "a count" : tokens, "a count");
        String error = metadata.getOrDefault("standard_error", "NaN");
        require(file, "standard_error", error.matches("NaN|[0-9]{1,20}\\.[0-9]{1,20}(E-?[0-9]{1,3})?") ? "a number" : error, "a number");
        Source source = new Source(lm.digest(), metadata.get("text"), metadata.get("max_tokens"));
        return new Covariance(source, Long.parseLong(tokens), Double.parseDouble(error), moments);
    }

    private static Moment moment(Path file, Safetensors saved, int block) {
        String recorded = saved.metadata().get(digestOf(block));
        return new Moment() {
            @Override
            public double[] mean() {
                double[] mean = saved.doubles(name(block));
                if (recorded != null) {
                    require(file, digestOf(block), Digest.sha256(mean), recorded);
                }
                return mean;
            }

            @Override
            public String digest() {
                return recorded != null ? recorded : Digest.sha256(mean());
            }
        };
    }

    private static String name(int block) {
        return "block." + block + ".second_moment";
    }

    private static String digestOf(int block) {
        return "block." + block + ".sha256";
    }

    static void require(Path file, String what, String value, String expected) {
        if (!expected.equals(value)) {
            throw new ErrataException(Failure.COVARIANCE_MISMATCH, file + ": " + what + ": " + value + " (expected: " + expected + ")");
        }
    }
}
