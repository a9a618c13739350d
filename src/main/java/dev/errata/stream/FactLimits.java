package dev.errata.stream;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;

/**
 * What one record on the facts topic may have; beyond it the record is a dead letter.
 *
 * @param subjectChars UTF-16 units of a subject or of a relation's id
 * @param promptChars UTF-16 units of a prompt
 * @param objectChars UTF-16 units of an object or a previous object
 * @param probes paraphrases and neighbors together
 * @param probeChars UTF-16 units of each of them
 * @param recordBytes bytes of key, value and headers
 */
public record FactLimits(int subjectChars, int promptChars, int objectChars, int probes, int probeChars, int recordBytes) {
    public static final FactLimits DEFAULT = new FactLimits(500, 1000, 200, 64, 2000, 65536);

    /** What a batch or a version adds to each fact: its position, its event, names of fields. */
    private static final int AROUND_A_FACT_BYTES = 1024;

    /**
     * Refuses a size of batches that these limits do not bound: a batch is one record, and one that is too large could never be sealed.
     *
     * @throws ErrataException SETTING_INVALID
     */
    public void requireRoomFor(int factsInABatch) {
        long bytes = (long) factsInABatch * (recordBytes + AROUND_A_FACT_BYTES);
        if (bytes > Topic.LARGE_BYTES) {
            throw new ErrataException(
                    Failure.SETTING_INVALID,
                    factsInABatch + " facts of " + recordBytes + " bytes in a batch (expected: " + Topic.LARGE_BYTES + " bytes at most)");
        }
    }
}
