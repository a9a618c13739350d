package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.regex.Pattern;

/** Names the topics: a prefix, then {@link Topic#suffix()}. */
public record Topics(String prefix) {
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{0,200}");
    public static final Topics DEFAULT = new Topics("errata.");

    public Topics {
        if (!LEGAL.matcher(requireNonNull(prefix, "prefix")).matches()) {
            throw new ErrataException(
                    Failure.SETTING_INVALID, "topic prefix: \"" + prefix + "\" (expected: at most 200 of A-Z a-z 0-9 . _ -)");
        }
    }

    public String name(Topic topic) {
        return prefix + topic.suffix();
    }
}
