package dev.errata.export;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.OptionalDouble;

/**
 * What is to be shipped.
 *
 * @param version 1 or more
 * @param rankError of an adapter: make its ranks as small as this error allows, relative in the Frobenius norm, 0 to below 1; none: only
 *     where they are large
 * @param only of deltas: this version's alone, not those of all its path
 * @param baseName what the card and the adapter call the base model, such as {@code EleutherAI/gpt-j-6b}
 * @param software name and version of Errata
 * @throws ErrataException REQUEST_INVALID
 */
public record ExportRequest(
        long version, Format format, OptionalDouble rankError, boolean only, String baseName, String software) {
    public ExportRequest {
        requireNonNull(format, "format");
        requireNonNull(baseName, "baseName");
        requireNonNull(software, "software");
        rankError.ifPresent(error -> {
            require(format == Format.PEFT, "rank error with format " + format, "only with peft");
            require(error >= 0 && error < 1, "rank error: " + error, "0 to below 1");
        });
        require(!only || format == Format.DELTA, "only one version with format " + format, "only with delta");
    }

    static void require(boolean holds, String found, Object expected) {
        if (!holds) {
            throw new ErrataException(Failure.REQUEST_INVALID, found + " (expected: " + expected + ")");
        }
    }
}
