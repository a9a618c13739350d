package dev.errata.fact;

/**
 * The pair {@code (subject, relation)} in normal form. Two facts with one key and different objects conflict (Eq. 5 of the MEMIT
 * paper), and two keys with one subject are kept out of one batch; both rest on equal keys being equal here.
 *
 * <p>Normal form: Unicode NFC, white space at the ends dropped, each run of white space inside made one space, case kept. However a key
 * is made, it is in this form. A subject or a relation of which nothing is left is refused ({@code SUBJECT_EMPTY}, {@code RELATION_EMPTY}).
 *
 * @param subject normalised by the constructor
 * @param relation the relation's id, normalised by the constructor
 */
public record FactKey(String subject, String relation) {
    public FactKey {
        Fact.requireSubject(subject);
        Relation.requireId(relation);
        subject = Normal.form(subject);
        relation = Normal.form(relation);
    }

    public static FactKey of(String subject, String relation) {
        return new FactKey(subject, relation);
    }

    @Override
    public String toString() {
        return subject + " / " + relation;
    }
}
