package dev.errata.stream;

import static java.util.Objects.requireNonNull;

/**
 * What an operator decided about a held version. A reject is an intent too, though it stands in the audit: batches that were sealed before
 * it wait for it.
 *
 * @param id of the operation; the intent of the version that goes back
 * @param released whether the version is to be announced; otherwise the one before it comes back
 */
public record Decision(String id, long version, boolean released, String reason) {
    public Decision {
        requireNonNull(id, "id");
        requireNonNull(reason, "reason");
    }
}
