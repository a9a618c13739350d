package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.regex.Pattern;

/**
 * One model's line of versions in a set of topics. Several lines may share the topics; every record but a fact names its line.
 *
 * @param model its name; part of record keys, group ids, transactional ids and CloudEvents sources
 */
public record ModelLine(Topics topics, String model) {
    /** What a name is made of, in words. */
    public static final String EXPECTED = "1..100 of A-Z a-z 0-9 . _ -";
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    public ModelLine {
        requireNonNull(topics, "topics");
        if (!isLegal(requireNonNull(model, "model"))) {
            throw new ErrataException(Failure.SETTING_INVALID, "model name: \"" + model + "\" (expected: " + EXPECTED + ")");
        }
    }

    /** Whether a line may have this name. */
    public static boolean isLegal(String model) {
        return LEGAL.matcher(model).matches();
    }

    public String topic(Topic topic) {
        return topics.name(topic);
    }

    /** Names a role of this line: the consumer group and the transactional id. Whoever starts last under this name fences the others. */
    public String role(String role) {
        return topics.prefix() + model + "." + role;
    }

    /** The CloudEvents {@code source} of what this line writes. */
    public String source() {
        return "/errata/models/" + model;
    }
}
