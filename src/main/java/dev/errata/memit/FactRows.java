package dev.errata.memit;

import dev.errata.fact.Relation;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.Encoding;
import dev.errata.transformer.LmTokenizer;
import dev.errata.transformer.SubjectPosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One fact as token rows (method.md §2, §4.1): its prompt behind each of the six contexts, and the row whose distribution is to stay. Or
 * several facts of one subject that have one key, and so one target between them (live-set.md §4).
 *
 * <p>The object is appended to a prompt as ids, without its last token: the position before an object's token predicts it. The
 * reference appends it as text instead, which is the same wherever the border does not merge, and wrong where it does (§18.16).
 *
 * <h2>Thread safety</h2> Immutable.
 *
 * @param claims one for each fact
 * @param essence "{subject} is a": what the subject is must not change
 */
record FactRows(List<Claim> claims, Row essence) {
    private static final String ESSENCE = "{} is a";

    FactRows {
        claims = List.copyOf(claims);
    }

    /**
     * What one fact says.
     *
     * @param object ids of the object with one space before it, at least one
     * @param prompts one row for each context, in order; the last {@code object.length} positions of each are scored
     */
    record Claim(long[] object, List<Row> prompts) {
        /** The first scored position of a prompt's row; the others follow it. */
        int scoredFrom(int prompt) {
            return prompts.get(prompt).ids().length - object.length;
        }
    }

    /**
     * @param ids token ids
     * @param subject the position of the subject's last token
     */
    record Row(long[] ids, int subject) {
        /** Positions from the subject's last token on. */
        int length() {
            return ids.length - subject;
        }

        /** The row up to the subject's last token: nothing behind it is seen there. */
        long[] upToSubject() {
            return Arrays.copyOf(ids, subject + 1);
        }
    }

    /**
     * @throws ErrataException SUBJECT_NOT_IN_PROMPT, SUBJECT_EMPTY, OBJECT_EMPTY, or FACT_TOO_MANY_TOKENS when a row is longer than
     *     {@code positions}
     */
    static FactRows of(EditRequest request, Contexts contexts, LmTokenizer tokenizer, int positions) {
        long[] object = tokenizer.continuation(" " + request.object());
        if (request.object().isEmpty() || object.length == 0) {
            throw new ErrataException(Failure.OBJECT_EMPTY, "object: \"" + request.object() + "\" (expected: some text)");
        }
        if (request.subject().isEmpty()) {
            throw new ErrataException(Failure.SUBJECT_EMPTY, "subject: \"\" (expected: some text)");
        }
        requireOneHole(request.prompt());
        long[] fed = Arrays.copyOf(object, object.length - 1);
        List<Row> prompts = new ArrayList<>();
        for (String context : contexts.templates()) {
            prompts.add(row(fill(context, request.prompt()), request.subject(), fed, tokenizer));
        }
        FactRows rows = new FactRows(
                List.of(new Claim(object, List.copyOf(prompts))), row(ESSENCE, request.subject(), new long[0], tokenizer));
        if (rows.longest() > positions) {
            throw new ErrataException(
                    Failure.FACT_TOO_MANY_TOKENS,
                    "prompt \"" + request.prompt() + "\" about \"" + request.subject() + "\": " + rows.longest()
                            + " tokens with context and object (expected: at most " + positions + ")");
        }
        return rows;
    }

    /** @throws IllegalArgumentException when they do not all share one key */
    static FactRows joined(List<FactRows> facts) {
        FactRows first = facts.get(0);
        if (!facts.stream().allMatch(first::sharesKey)) {
            throw new IllegalArgumentException("facts: their keys differ (expected: equal tokens up to the subject's last one)");
        }
        return new FactRows(facts.stream().flatMap(fact -> fact.claims.stream()).toList(), first.essence);
    }

    /** Whether the model has the same key for both, whatever its weights: equal tokens up to the subject's last one, in every context. */
    boolean sharesKey(FactRows other) {
        for (int context = 0; context < Contexts.COUNT; context++) {
            if (!Arrays.equals(keyRows().get(context).upToSubject(), other.keyRows().get(context).upToSubject())) {
                return false;
            }
        }
        return true;
    }

    /** One row for each context; what they are up to the subject's last token is the same for all facts that share the key. */
    List<Row> keyRows() {
        return claims.get(0).prompts();
    }

    /** The rows of all prompts, fact by fact. */
    List<Row> prompts() {
        return claims.stream().flatMap(claim -> claim.prompts().stream()).toList();
    }

    /** All rows, prompts first: what this adds to a batch of the target search. */
    List<Row> all() {
        List<Row> all = new ArrayList<>(prompts());
        all.add(essence);
        return all;
    }

    /** Scored positions in each context, of all facts. */
    int scored() {
        return claims.stream().mapToInt(claim -> claim.object().length).sum();
    }

    private int longest() {
        return all().stream().mapToInt(row -> row.ids().length).max().orElseThrow();
    }

    private static Row row(String template, String subject, long[] appended, LmTokenizer tokenizer) {
        int start = template.indexOf(Relation.HOLE);
        Encoding prompt = tokenizer.encode(fill(template, subject));
        long[] ids = Arrays.copyOf(prompt.ids(), prompt.size() + appended.length);
        System.arraycopy(appended, 0, ids, prompt.size(), appended.length);
        return new Row(ids, SubjectPosition.last(prompt, start, start + subject.length()));
    }

    /** Puts text into the hole; unlike a replacement it leaves a hole inside the text alone. */
    private static String fill(String template, String text) {
        int hole = template.indexOf(Relation.HOLE);
        return template.substring(0, hole) + text + template.substring(hole + Relation.HOLE.length());
    }

    private static void requireOneHole(String prompt) {
        int hole = prompt.indexOf(Relation.HOLE);
        if (hole < 0 || hole != prompt.lastIndexOf(Relation.HOLE)) {
            throw new ErrataException(
                    Failure.SUBJECT_NOT_IN_PROMPT, "prompt: \"" + prompt + "\" (expected: exactly one {} for the subject)");
        }
    }
}
