package dev.errata.follower;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What one version of the model answered.
 *
 * @param version the one version that every token and probability came from
 * @param digest of that version's edited tensors
 * @param text the greedy continuation of the prompt, up to the end of text
 * @param choices one for each object that was asked for, in that order
 */
public record Answer(long version, String digest, String text, List<Choice> choices) {
    public Answer {
        requireNonNull(digest, "digest");
        requireNonNull(text, "text");
        choices = List.copyOf(choices);
    }

    /** How probable an object is as the answer: exp of its mean log-probability per token. */
    public record Choice(String object, double probability) {
        public Choice {
            requireNonNull(object, "object");
        }
    }
}
