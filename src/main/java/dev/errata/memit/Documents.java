package dev.errata.memit;

import dev.errata.delta.Digest;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.LmTokenizer;
import dev.errata.transformer.TokenRows;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * A text as documents, one a line, and as batches of token rows (method.md §7): each document is stripped, tokenised alone and cut at the
 * model's positions, or at {@value #BATCH_POSITIONS} where it has more; blank lines are passed over; nothing is joined.
 *
 * <p>Batches hold documents of like length, so that little padding is computed. Which documents are read does not depend on that.
 */
final class Documents {
    /** Documents that are sorted by length together. */
    private static final int WINDOW = 256;

    /** Positions of one batch, padding included. */
    private static final int BATCH_POSITIONS = 4096;

    private final Path file;
    private final LmTokenizer tokenizer;
    private final int positions;

    Documents(Path file, LmTokenizer tokenizer, int positions) {
        this.file = file;
        this.tokenizer = tokenizer;
        this.positions = Math.min(positions, BATCH_POSITIONS);
    }

    /** SHA-256 of the file, lower-case hex. */
    static String digest(Path file) {
        try {
            return Digest.sha256(file);
        } catch (UncheckedIOException e) {
            throw unreadable(file, e.getCause());
        }
    }

    /** Reads documents in order until they have {@code maxTokens} tokens or more, and hands them on in batches. */
    void forEachBatch(long maxTokens, Consumer<TokenRows> batch) {
        List<long[]> window = new ArrayList<>();
        long tokens = 0;
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null && tokens < maxTokens; line = reader.readLine()) {
                long[] ids = tokens(line);
                if (ids.length > 0) {
                    window.add(ids);
                    tokens += ids.length;
                }
                if (window.size() == WINDOW) {
                    pack(window, batch);
                    window.clear();
                }
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        pack(window, batch);
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

    private void pack(List<long[]> window, Consumer<TokenRows> batch) {
        List<long[]> sorted = new ArrayList<>(window);
        sorted.sort(Comparator.comparingInt((long[] ids) -> ids.length).reversed());
        for (int from = 0; from < sorted.size(); ) {
            int rows = BATCH_POSITIONS / sorted.get(from).length;
            int to = Math.min(sorted.size(), from + rows);
            batch.accept(TokenRows.of(sorted.subList(from, to), tokenizer.padId()));
            from = to;
        }
    }
}
