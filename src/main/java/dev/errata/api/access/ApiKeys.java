package dev.errata.api.access;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.worker.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Every static key, read once at the start; a key that is taken away needs a restart.
 *
 * <h2>Thread safety</h2> Immutable.
 */
final class ApiKeys {
    private final List<ApiKey> keys;

    ApiKeys(List<ApiKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** @throws ErrataException SETTING_INVALID for an entry that is none, a name or a key that is there twice, a file without keys */
    static ApiKeys of(Settings.Security settings) {
        List<ApiKey> keys = new ArrayList<>();
        settings.keys().ifPresent(entries -> entries.forEach(entry -> keys.add(ApiKey.parse(entry, "errata.security.keys"))));
        settings.keysFile().ifPresent(file -> keys.addAll(read(file)));
        Set<String> seen = new HashSet<>();
        for (ApiKey key : keys) {
            if (!seen.add(key.name()) || !seen.add(new String(key.sha256(), StandardCharsets.ISO_8859_1))) {
                throw new ErrataException(
                        Failure.SETTING_INVALID, "API key of \"" + key.name() + "\": twice (expected: each name and each key once)");
            }
        }
        return new ApiKeys(keys);
    }

    private static List<ApiKey> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new ErrataException(Failure.SETTING_INVALID, "errata.security.keys-file: " + e + " (expected: a readable file)", e);
        }
        List<ApiKey> keys = new ArrayList<>();
        for (int at = 0; at < lines.size(); at++) {
            if (!lines.get(at).isBlank() && !lines.get(at).startsWith("#")) {
                keys.add(ApiKey.parse(lines.get(at), "errata.security.keys-file, line " + (at + 1)));
            }
        }
        if (keys.isEmpty()) {
            throw new ErrataException(Failure.SETTING_INVALID, "errata.security.keys-file: no key in " + file + " (expected: one or more)");
        }
        return keys;
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** Whose key this is. Takes the same time whichever it is and whether it is one: digests are compared, all of them, to the end. */
    Optional<ApiKey> find(String presented) {
        byte[] sha256 = sha256(presented);
        ApiKey found = null;
        for (ApiKey key : keys) {
            if (MessageDigest.isEqual(key.sha256(), sha256)) {
                found = key;
            }
        }
        return Optional.ofNullable(found);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
