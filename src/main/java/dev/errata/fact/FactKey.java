package dev.errata.fact;

/**
 * The pair {@code (subject, relation)} in normal form. Two facts with one key and different objects conflict (Eq. 5 of the MEMIT
 * paper).
 *
 * @see #of(String, String) for the normal form
 */
public record FactKey(String subject, String relation) {

    /** Normalises: NFC, ends stripped, runs of white space made one space, case kept. */
    public static FactKey of(String subject, String relation) {
        return new FactKey(Normal.form(subject), Normal.form(relation));
    }

    @Override
    public String toString() {
        return subject + " / " + relation;
    }
}
