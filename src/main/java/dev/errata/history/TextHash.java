package dev.errata.history;

import dev.errata.fact.FactKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Text in 64 bits of its SHA-256, by which thousands of facts are matched without reading what they say.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
final class TextHash {
    private final MessageDigest sha256;

    TextHash() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A line break is in no key's normal form, so that no two keys read the same. */
    Long of(FactKey key) {
        return of(key.subject() + '\n' + key.relation());
    }

    Long of(String text) {
        return ByteBuffer.wrap(sha256.digest(text.getBytes(StandardCharsets.UTF_8))).getLong();
    }
}
