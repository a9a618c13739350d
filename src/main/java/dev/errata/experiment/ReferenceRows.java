package dev.errata.experiment;

import dev.errata.fact.Relation;
import dev.errata.memit.Contexts;
import dev.errata.memit.EditRequest;
import dev.errata.transformer.Encoding;
import dev.errata.transformer.LmTokenizer;
import dev.errata.transformer.SubjectPosition;
import dev.errata.transformer.TokenRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One fact's seven rows as the reference feeds them (method.md §4.1): six prompts with the object appended but for its last token, and
 * the row whose distribution is to stay; padded to one width.
 *
 * <p>Made here again, and not taken from the product, so that one can be held against the other.
 *
 * <h2>Thread safety</h2> Immutable.
 *
 * @param rows seven token rows
 * @param subjects the position of the subject's last token in each
 * @param object ids of the object
 */
record ReferenceRows(TokenRows rows, int[] subjects, long[] object) {
    private static final String ESSENCE = "{} is a";

    /** The rows of a fact that the product has accepted. */
    static ReferenceRows of(EditRequest request, Contexts contexts, LmTokenizer tokenizer) {
        long[] object = tokenizer.continuation(" " + request.object());
        List<long[]> rows = new ArrayList<>();
        List<Integer> subjects = new ArrayList<>();
        for (String context : contexts.templates()) {
            Placed placed = Placed.of(fill(context, request.prompt()), request.subject(), tokenizer);
            long[] row = Arrays.copyOf(placed.ids(), placed.ids().length + object.length - 1);
            System.arraycopy(object, 0, row, placed.ids().length, object.length - 1);
            rows.add(row);
            subjects.add(placed.subject());
        }
        Placed essence = Placed.of(ESSENCE, request.subject(), tokenizer);
        rows.add(essence.ids());
        subjects.add(essence.subject());
        return new ReferenceRows(
                TokenRows.of(rows, tokenizer.padId()), subjects.stream().mapToInt(Integer::intValue).toArray(), object);
    }

    /** A prompt with its subject, and where that ends. */
    record Placed(long[] ids, int subject) {
        static Placed of(String template, String subject, LmTokenizer tokenizer) {
            int start = template.indexOf(Relation.HOLE);
            Encoding encoding = tokenizer.encode(fill(template, subject));
            return new Placed(encoding.ids(), SubjectPosition.last(encoding, start, start + subject.length()));
        }
    }

    /** The prompt behind one of the contexts, without the object. */
    static Placed prompt(EditRequest request, String context, LmTokenizer tokenizer) {
        return Placed.of(fill(context, request.prompt()), request.subject(), tokenizer);
    }

    /** The label at every position of the first six rows, row-major; 0 where none is scored. */
    long[] labels() {
        long[] labels = new long[Contexts.COUNT * rows.width()];
        for (int row = 0; row < Contexts.COUNT; row++) {
            for (int t = 0; t < object.length; t++) {
                labels[row * rows.width() + rows.length(row) - object.length + t] = object[t];
            }
        }
        return labels;
    }

    /** What each of these positions counts in the mean NLL; 0 where none is scored. */
    float[] shares() {
        float[] shares = new float[Contexts.COUNT * rows.width()];
        for (int row = 0; row < Contexts.COUNT; row++) {
            for (int t = 0; t < object.length; t++) {
                shares[row * rows.width() + rows.length(row) - object.length + t] = 1f / (object.length * Contexts.COUNT);
            }
        }
        return shares;
    }

    /** 1 at the subject's last token of every row. */
    float[] subjectMask() {
        float[] mask = new float[rows.rows() * rows.width()];
        for (int row = 0; row < rows.rows(); row++) {
            mask[row * rows.width() + subjects[row]] = 1;
        }
        return mask;
    }

    private static String fill(String template, String text) {
        int hole = template.indexOf(Relation.HOLE);
        return template.substring(0, hole) + text + template.substring(hole + Relation.HOLE.length());
    }
}
