package dev.errata.memit;

import dev.errata.delta.Digest;
import dev.errata.failure.ErrataException;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sums of a covariance that is not finished, on disk, so that a process that is killed does not lose hours.
 *
 * <p>Sums and place are written between two windows, whole or not at all. Whoever goes on from them adds the same numbers in the same
 * order as one who was never stopped, so the result is the same to the bit. A file of another model, text, rule or set of blocks, and one
 * that is damaged, is passed over: then reading begins anew.
 *
 * <h2>Limits</h2> As large as the covariance itself. <h2>Thread safety</h2> None.
 */
final class MomentCheckpoint {
    private static final String FORMAT = "covariance.partial.v1";
    private static final String COUNT = "\\d{1,18}";
    /** Writing may take one part in so many of the time. */
    private static final int COST = 20;

    private final Path file;
    private final Covariance.Source source;
    private final Collection<Integer> blocks;
    private final Duration every;
    private long last = System.nanoTime();
    private long took;

    /** @param every how long to go on between two writes at least */
    MomentCheckpoint(Path file, Covariance.Source source, Collection<Integer> blocks, Duration every) {
        this.file = file;
        this.source = source;
        this.blocks = blocks;
        this.every = every;
    }

    /** Where reading was. */
    record Place(long lines) {
        static final Place START = new Place(0);
    }

    /** Writes the sums if it is time to. */
    void offer(MomentSums sums, Place place) {
        long now = System.nanoTime();
        if (now - last < Math.max(every.toNanos(), COST * took)) {
            return;
        }
        write(sums, place);
        last = System.nanoTime();
        took = last - now;
    }

    private void write(MomentSums sums, Place place) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("errata", FORMAT);
        StringBuilder all = new StringBuilder();
        Map<String, String> facts = new TreeMap<>(Map.of(
                "source", source.toString(),
                "blocks", blocks.toString(),
                "tokens", Long.toString(sums.tokens()),
                "lines", Long.toString(place.lines())));
        facts.forEach((name, value) -> {
            writer.metadata(name, value);
            all.append(value).append('\n');
        });
        for (int block : blocks) {
            double[] sum = sums.sum(block);
            SplitHalf.State half = sums.half(block).state();
            long width = Math.round(Math.sqrt(sum.length));
            long[] sketch = {width, SplitHalf.PROBES};
            all.append(digest(sum, half));
            writer.doubles(name(block, "sum"), new long[] {width, width}, sum)
                    .doubles(name(block, "scale"), new long[] {half.scale().length}, half.scale())
                    .doubles(name(block, "first"), sketch, half.first())
                    .doubles(name(block, "second"), sketch, half.second())
                    .longs(name(block, "tokens"), new long[] {2}, new long[] {half.firstTokens(), half.secondTokens()});
        }
        writer.metadata("sha256", Digest.sha256(all.toString().getBytes(StandardCharsets.UTF_8))).write(file);
    }

    /** Puts what was written into empty sums; the beginning of the text if there is nothing to go on from. */
    Place restore(MomentSums sums) {
        if (!Files.exists(file)) {
            return Place.START;
        }
        try {
            Safetensors saved = Safetensors.read(file);
            Map<String, String> metadata = saved.metadata();
            boolean same = FORMAT.equals(metadata.get("errata"))
                    && source.toString().equals(metadata.get("source"))
                    && blocks.toString().equals(metadata.get("blocks"));
            return same && fits(saved, sums) && intact(saved) ? restore(saved, sums) : Place.START;
        } catch (ErrataException e) {
            // Damaged; nothing of it has been taken over, and the next write replaces it.
            return Place.START;
        }
    }

    /** Whether what is to be taken over has the sizes of these sums. */
    private boolean fits(Safetensors saved, MomentSums sums) {
        Map<String, String> metadata = saved.metadata();
        return metadata.getOrDefault("tokens", "").matches(COUNT)
                && metadata.getOrDefault("lines", "").matches(COUNT)
                && blocks.stream().allMatch(block -> {
                    long width = sums.half(block).width();
                    long[] scale = saved.shape(name(block, "scale"));
                    return Arrays.equals(saved.shape(name(block, "sum")), new long[] {width, width})
                            && (Arrays.equals(scale, new long[] {0}) || Arrays.equals(scale, new long[] {width}))
                            && Arrays.equals(saved.shape(name(block, "first")), new long[] {width, SplitHalf.PROBES})
                            && Arrays.equals(saved.shape(name(block, "second")), new long[] {width, SplitHalf.PROBES})
                            && Arrays.equals(saved.shape(name(block, "tokens")), new long[] {2});
                });
    }

    private boolean intact(Safetensors saved) {
        StringBuilder all = new StringBuilder();
        for (String name : List.of("blocks", "lines", "source", "tokens")) {
            all.append(saved.metadata().get(name)).append('\n');
        }
        blocks.forEach(block -> all.append(digest(saved.doubles(name(block, "sum")), half(saved, block))));
        return Digest.sha256(all.toString().getBytes(StandardCharsets.UTF_8)).equals(saved.metadata().get("sha256"));
    }

    private Place restore(Safetensors saved, MomentSums sums) {
        for (int block : blocks) {
            sums.restore(block, saved.doubles(name(block, "sum")), half(saved, block));
        }
        Map<String, String> metadata = saved.metadata();
        sums.restore(Long.parseLong(metadata.get("tokens")));
        return new Place(Long.parseLong(metadata.get("lines")));
    }

    private static SplitHalf.State half(Safetensors saved, int block) {
        long[] tokens = saved.longs(name(block, "tokens"));
        return new SplitHalf.State(
                saved.doubles(name(block, "scale")),
                saved.doubles(name(block, "first")),
                saved.doubles(name(block, "second")),
                tokens[0],
                tokens[1]);
    }

    private static String digest(double[] sum, SplitHalf.State half) {
        return Digest.sha256(sum) + Digest.sha256(half.scale()) + Digest.sha256(half.first()) + Digest.sha256(half.second())
                + half.firstTokens() + ' ' + half.secondTokens() + '\n';
    }

    private static String name(int block, String what) {
        return "block." + block + "." + what;
    }

    /** The covariance is finished and kept elsewhere. */
    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
