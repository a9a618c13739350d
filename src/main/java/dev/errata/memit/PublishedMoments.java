package dev.errata.memit;

import dev.errata.delta.Digest;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.Covariance.Moment;
import dev.errata.memit.Covariance.Source;
import dev.errata.transformer.CausalLm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Second moments as the reference publishes them (method.md §7): one {@code .npz} for each block, a zip with {@code mom2.mom2.npy}, the
 * <em>sum</em> of k kᵀ in fp32, and {@code mom2.count.npy}, the number of tokens. Its name begins with that of the module, as in
 * {@code transformer.h.5.mlp.fc_out_float32_mom2_100000.npz}.
 *
 * <p>Such a file names neither its model nor its text; that they fit is the user's word. Only its shape is checked.
 *
 * <h2>Limits</h2> One file's numbers are in the heap while they are asked for. <h2>Thread safety</h2> Stateless.
 */
public final class PublishedMoments {
    private static final String SUM = "mom2.mom2.npy";
    private static final String COUNT = "mom2.count.npy";

    private PublishedMoments() {}

    /**
     * The covariance of these blocks.
     *
     * @param at a directory with a file for each block, or the file itself where one block is edited
     * @throws ErrataException COVARIANCE_MISMATCH when a block's file is missing, is there twice, or does not hold what it should
     */
    public static Covariance load(Path at, CausalLm lm, Collection<Integer> blocks) {
        int width = lm.config().keyWidth();
        Map<Integer, Moment> moments = new TreeMap<>();
        StringBuilder digests = new StringBuilder();
        long tokens = Long.MAX_VALUE;
        for (int block : blocks) {
            Path file = Files.isDirectory(at) ? file(at, module(lm, block)) : at;
            if (!Files.isDirectory(at) && blocks.size() > 1) {
                throw invalid(at, "one file", "a directory with one for each of blocks " + blocks);
            }
            String digest = Digest.sha256(file);
            digests.append(digest);
            tokens = Math.min(tokens, count(file));
            moments.put(block, moment(file, digest, width));
        }
        return new Covariance(new Source(lm.digest(), "npz " + digests, "published"), tokens, Double.NaN, moments);
    }

    private static String module(CausalLm lm, int block) {
        String tensor = lm.tensorName(block);
        return tensor.substring(0, tensor.length() - ".weight".length());
    }

    private static Path file(Path directory, String module) {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> found = files.filter(file -> {
                String name = file.getFileName().toString();
                return name.endsWith(".npz") && (name.startsWith(module + "_") || name.equals(module + ".npz"));
            }).sorted().toList();
            if (found.size() != 1) {
                throw invalid(directory, found.size() + " files for " + module, "one, " + module + "_….npz");
            }
            return found.get(0);
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    private static Moment moment(Path file, String digest, int width) {
        return new Moment() {
            @Override
            public double[] mean() {
                double[] mean = read(file, SUM, width + "," + width, Math.multiplyExact(width, width));
                long count = count(file);
                for (int i = 0; i < mean.length; i++) {
                    mean[i] /= count;
                }
                return mean;
            }

            @Override
            public String digest() {
                return digest;
            }
        };
    }

    private static long count(Path file) {
        double count = read(file, COUNT, "", 1)[0];
        if (!(count >= 1) || count != Math.rint(count)) {
            throw invalid(file, COUNT + ": " + count, "a number of tokens");
        }
        return (long) count;
    }

    private static double[] read(Path file, String name, String shape, int elements) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(name);
            if (entry == null) {
                throw invalid(file, name + ": missing", "as the reference writes it");
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return new Npy(file + ": " + name, in).values(shape, elements);
            }
        } catch (ZipException e) {
            throw new ErrataException(Failure.COVARIANCE_MISMATCH, file + ": " + e.getMessage() + " (expected: an .npz archive)", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ErrataException invalid(Path file, String found, String expected) {
        return new ErrataException(Failure.COVARIANCE_MISMATCH, file + ": " + found + " (expected: " + expected + ")");
    }

    private static ErrataException unreadable(Path file, IOException cause) {
        return new ErrataException(Failure.COVARIANCE_MISMATCH, file + ": cannot be read: " + cause + " (expected: a whole file)", cause);
    }
}
