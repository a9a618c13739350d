package dev.errata.transformer;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;

/**
 * Where a subject ends in a tokenised prompt: the position whose key and hidden state MEMIT edits.
 *
 * <p>The reference tokenises the text before, within and after the subject separately and adds the lengths up (method.md §2.1), which is
 * wrong wherever tokens merge across a border, and counts a BOS twice. Spans of the whole text have neither fault and agree wherever
 * borders are clean (§2.3).
 */
public final class SubjectPosition {
    private SubjectPosition() {}

    /**
     * The last token whose span meets the subject's.
     *
     * @param prompt the whole prompt, subject filled in
     * @param subjectStart the subject's first Java char in the prompt
     * @param subjectEnd one past its last
     * @return the token's index from the left, BOS counted
     * @throws ErrataException {@link Failure#SUBJECT_EMPTY} if no token meets it
     */
    public static int last(Encoding prompt, int subjectStart, int subjectEnd) {
        for (int token = prompt.size() - 1; token >= 0; token--) {
            if (prompt.start(token) < subjectEnd && prompt.end(token) > subjectStart) {
                return token;
            }
        }
        throw new ErrataException(
                Failure.SUBJECT_EMPTY, "subject: chars [" + subjectStart + ", " + subjectEnd + ") (expected: a span that meets a token)");
    }
}
