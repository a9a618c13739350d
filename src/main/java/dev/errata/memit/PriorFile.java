package dev.errata.memit;

import dev.errata.delta.Digest;
import dev.errata.failure.ErrataException;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * P₀ of one block on disk, so that a start reads it instead of inverting for minutes.
 *
 * <p>The file says what it is the inverse of: digest of the model, block, digest of its covariance, λ; and the SHA-256 of its numbers. It
 * is a cache: one that says anything else, or is damaged, is not used, and the next write replaces it.
 *
 * <h2>Limits</h2> d_k² doubles in the heap while it is read or written. <h2>Thread safety</h2> Safe, also between processes: files appear
 * whole, by rename.
 */
final class PriorFile {
    private static final String FORMAT = "prior.v1";
    private static final String NUMBERS = "inverse";
    private static final String SHA256 = "sha256";
    private static final String RIDGE = "ridge";

    private final Path file;
    private final int width;
    private final SortedMap<String, String> of;

    /** @param weight λ */
    PriorFile(Path directory, String model, int block, String covariance, double weight, int width) {
        this.file = directory.resolve("prior.block-" + block + ".safetensors");
        this.width = width;
        this.of = new TreeMap<>(Map.of(
                "errata", FORMAT,
                "model", model,
                "block", Integer.toString(block),
                "covariance", covariance,
                "weight", Double.toString(weight)));
    }

    /** P₀, and the ridge that it was made with ({@link Ridge}). */
    record Saved(double[] inverse, double ridge) {}

    /** What is on disk, if it is of the same things and whole. */
    Optional<Saved> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Safetensors saved = Safetensors.read(file);
            Map<String, String> metadata = saved.metadata();
            boolean same = of.entrySet().stream().allMatch(entry -> entry.getValue().equals(metadata.get(entry.getKey())));
            if (!same || !Arrays.equals(saved.shape(NUMBERS), new long[] {width, width})) {
                return Optional.empty();
            }
            double[] inverse = saved.doubles(NUMBERS);
            String ridge = metadata.getOrDefault(RIDGE, "");
            if (!digest(inverse, ridge).equals(metadata.get(SHA256))) {
                return Optional.empty();
            }
            return Optional.of(new Saved(inverse, Double.parseDouble(ridge)));
        } catch (ErrataException | NumberFormatException e) {
            // Damaged: as good as not there.
            return Optional.empty();
        }
    }

    void write(Saved saved) {
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SafetensorsWriter writer = new SafetensorsWriter();
        of.forEach(writer::metadata);
        String ridge = Double.toString(saved.ridge());
        writer.metadata(RIDGE, ridge)
                .metadata(SHA256, digest(saved.inverse(), ridge))
                .doubles(NUMBERS, new long[] {width, width}, saved.inverse())
                .write(file);
    }

    private static String digest(double[] inverse, String ridge) {
        return Digest.sha256(inverse) + " " + ridge;
    }
}
