package dev.errata.stream.kafka;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of attempts as the metadata of a committed offset: {@code attempts=3}. */
final class Attempts {
    private static final Pattern FORM = Pattern.compile("attempts=(\\d{1,9})");

    private Attempts() {}

    static String metadata(int attempts) {
        return "attempts=" + attempts;
    }

    /** The number; 0 for what is not of this form, such as the empty metadata of an offset behind what is done. */
    static int of(String metadata) {
        Matcher matcher = FORM.matcher(metadata);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
