package dev.errata.memit;

import dev.errata.delta.Digest;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.LmTokenizer;
import dev.errata.transformer.TokenRows;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A text as documents, one a line, and as batches of token rows (method.md §7): each document is stripped, tokenised alone and cut at the
 * model's positions, or at {@value #BATCH_POSITIONS} where it has more; blank lines are passed over; nothing is joined.
 *
 * <p>Batches hold documents of like length, so that little padding is computed. Which documents are read does not depend on that. Between
 * two windows the place in the text is a number of lines, at which reading can go on another day.
 *
 * <h2>Thread safety</h2> None.
 */
final class Documents implements AutoCloseable {
    /** Documents that are sorted by length together. */
    private static final int WINDOW = 256;

    /** Tokens after which a window ends before it has so many: reading may stop only between two windows. */
    private static final long WINDOW_TOKENS = 8192;

    /** Positions of one batch, padding included. */
    private static final int BATCH_POSITIONS = 4096;

    private final Path file;
    private final LmTokenizer tokenizer;
    private final int positions;
    private final BufferedReader reader;
    private final long size;
    private long lines;
    private long bytes;

    /** @throws ErrataException SETTING_INVALID when the text cannot be read */
    Documents(Path file, LmTokenizer tokenizer, int positions) {
        this.file = file;
        this.tokenizer = tokenizer;
        this.positions = Math.min(positions, BATCH_POSITIONS);
        try {
            this.size = Math.max(1, Files.size(file));
            this.reader = Files.newBufferedReader(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** SHA-256 of the file, lower-case hex. */
    static String digest(Path file) {
        try {
            return Digest.sha256(file);
        } catch (UncheckedIOException e) {
            throw unreadable(file, e.getCause());
        }
    }

    /** Lines read so far. */
    long lines() {
        return lines;
    }

    /** Part of the file read so far, 0 to 1. */
    double fraction() {
        return Math.min(1, (double) bytes / size);
    }

    /** Passes over lines, to where reading was left. */
    void skip(long count) {
        for (long i = 0; i < count; i++) {
            if (line() == null) {
                throw new ErrataException(
                        Failure.COVARIANCE_MISMATCH, file + ": " + lines + " lines (expected: " + count + ", as were read before)");
            }
        }
    }

    /**
     * The next documents in batches, at most {@value #WINDOW} of them, and no more once they have {@value #WINDOW_TOKENS} tokens or
     * {@code maxTokens}; empty at the end.
     */
    List<TokenRows> window(long maxTokens) {
        List<long[]> window = new ArrayList<>();
        long tokens = 0;
        while (window.size() < WINDOW && tokens < Math.min(maxTokens, WINDOW_TOKENS)) {
            String line = line();
            if (line == null) {
                break;
            }
            long[] ids = tokens(line);
            if (ids.length > 0) {
                window.add(ids);
                tokens += ids.length;
            }
        }
        return pack(window);
    }

    private String line() {
        try {
            String line = reader.readLine();
            if (line != null) {
                lines++;
                bytes += line.getBytes(StandardCharsets.UTF_8).length + 1;
            }
            return line;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ErrataException unreadable(Path file, IOException cause) {
        return new ErrataException(
                Failure.SETTING_INVALID, file + ": cannot be read: " + cause + " (expected: text in UTF-8, one document a line)", cause);
    }

    private long[] tokens(String line) {
        String document = line.strip();
        if (document.isEmpty()) {
            return new long[0];
        }
        long[] ids = tokenizer.encode(document).ids();
        return ids.length <= positions ? ids : Arrays.copyOf(ids, positions);
    }

    private List<TokenRows> pack(List<long[]> window) {
        window.sort(Comparator.comparingInt((long[] ids) -> ids.length).reversed());
        List<TokenRows> batches = new ArrayList<>();
        for (int from = 0; from < window.size(); ) {
            int rows = BATCH_POSITIONS / window.get(from).length;
            int to = Math.min(window.size(), from + rows);
            batches.add(TokenRows.of(window.subList(from, to), tokenizer.padId()));
            from = to;
        }
        return batches;
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }
}
