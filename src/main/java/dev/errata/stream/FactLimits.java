package dev.errata.stream;

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
}
