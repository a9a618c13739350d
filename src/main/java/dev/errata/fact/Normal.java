package dev.errata.fact;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * The normal form in which subjects and relations are compared: Unicode NFC, white space at the ends dropped, each run of white space
 * inside made one space. Case is kept: "Apple" and "apple" are different tokens to a model, hence different keys.
 */
final class Normal {
    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");

    private Normal() {}

    static String form(String text) {
        return SPACES.matcher(Normalizer.normalize(text, Normalizer.Form.NFC)).replaceAll(" ").strip();
    }
}
