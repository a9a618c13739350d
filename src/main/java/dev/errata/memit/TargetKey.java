package dev.errata.memit;

import java.util.regex.Pattern;

/**
 * What a kept target is kept under; {@link TargetKeys} makes them.
 *
 * @param sha256 64 lower-case hexadecimal digits
 */
public record TargetKey(String sha256) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    public TargetKey {
        if (!HEX.matcher(sha256).matches()) {
            throw new IllegalArgumentException("target key: \"" + sha256 + "\" (expected: SHA-256 in lower-case hex)");
        }
    }

    @Override
    public String toString() {
        return sha256;
    }
}
