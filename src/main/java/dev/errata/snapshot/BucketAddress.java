package dev.errata.snapshot;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where snapshots lie in an S3-compatible store. Says nothing of who may read them.
 *
 * @param prefix what the key of every object begins with; empty, or ends in a slash
 * @param endpoint of a store that is not Amazon's
 */
public record BucketAddress(String bucket, String prefix, String region, Optional<URI> endpoint) {
    private static final Pattern LOCATION = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/+(.*?))?/*");

    public BucketAddress {
        requireNonNull(bucket, "bucket");
        requireNonNull(region, "region");
        requireNonNull(endpoint, "endpoint");
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("prefix: " + prefix + " (expected: empty, or with a slash at its end)");
        }
    }

    /** Whether this is written as such an address and not as a directory. */
    public static boolean isOne(String location) {
        return location.startsWith("s3:");
    }

    /**
     * @param location {@code s3://BUCKET} or {@code s3://BUCKET/PREFIX}
     * @param below what comes after the prefix: one line of versions
     * @throws IllegalArgumentException saying what was expected
     */
    public static BucketAddress of(String location, String below, String region, Optional<URI> endpoint) {
        Matcher parts = LOCATION.matcher(location);
        if (!parts.matches()) {
            throw new IllegalArgumentException(location + " (expected: s3://BUCKET or s3://BUCKET/PREFIX)");
        }
        String prefix = parts.group(2) == null || parts.group(2).isEmpty() ? "" : parts.group(2) + "/";
        return new BucketAddress(parts.group(1), prefix + below + "/", region, endpoint);
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + prefix;
    }
}
