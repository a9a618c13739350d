package dev.errata.follower;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.OptionalLong;

/**
 * A question to the model.
 *
 * @param version the version to ask; the served one where empty
 * @param tokens how many tokens of answer, greedily
 * @param objects objects whose probability as the answer is wanted
 */
public record Ask(String prompt, OptionalLong version, int tokens, List<String> objects) {
    public Ask {
        requireNonNull(prompt, "prompt");
        requireNonNull(version, "version");
        objects = List.copyOf(objects);
    }
}
