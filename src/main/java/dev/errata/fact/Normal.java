package dev.errata.fact;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * The normal form in which subjects, relations and objects are compared.
 *
 * <ol>
 *   <li>Unicode NFC: "é" as one code point and "e" with a combining accent are the same.
 *   <li>White space at the ends is dropped and each run of white space inside becomes one space. White space is what Unicode calls
 *       {@code White_Space} (no-break and ideographic spaces too) and the four ASCII separators U+001C to U+001F.
 *   <li>Case is kept: "Apple" and "apple" are different tokens to a model, hence different keys.
 * </ol>
 *
 * <p>Nothing else is changed: no compatibility folding (NFKC), and invisible characters that are no white space stay. The form of a
 * form is itself. Sources keep their own spelling in {@link Fact}; only comparisons use this form.
 *
 * <h2>Thread safety</h2> Stateless.
 */
final class Normal {
    private static final Pattern SPACES = Pattern.compile("[\\p{IsWhite_Space}\\x1C-\\x1F]+");

    private static final char DELETE = 0x7F;
    private static final char NO_BREAK_SPACE = 0xA0;
    private static final char COMBINING = 0x300;

    private Normal() {}

    static String form(String text) {
        return isPlain(text) ? text : defined(text);
    }

    /**
     * Whether it is its own form at a glance: Latin below the combining characters, where nothing composes, with no white space but
     * single spaces inside. Most text is, and forms are asked for again and again.
     */
    private static boolean isPlain(String text) {
        boolean space = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ' ' && space) {
                return false;
            }
            space = c == ' ';
            if (!space && !(c > ' ' && c < DELETE || c > NO_BREAK_SPACE && c < COMBINING)) {
                return false;
            }
        }
        return !space || text.isEmpty();
    }

    /** By the definition. */
    static String defined(String text) {
        return SPACES.matcher(Normalizer.normalize(text, Normalizer.Form.NFC)).replaceAll(" ").strip();
    }
}
