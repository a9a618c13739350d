package dev.errata.history;

import dev.errata.fact.FactKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A fact key in 64 bits of its SHA-256, by which thousands of facts are matched without reading their text.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
final class KeyHash {
    private final MessageDigest sha256;

    KeyHash() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    Long of(FactKey key) {
        // A line break is in no normal form, so that no two keys read the same.
        byte[] text = (key.subject() + '\n' + key.relation()).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.wrap(sha256.digest(text)).getLong();
    }
}
