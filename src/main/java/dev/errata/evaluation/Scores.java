package dev.errata.evaluation;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The scores of a set of facts. A score whose prompts no fact carried is absent.
 *
 * <p>Success compares the probabilities of the new and the previous object; accuracy asks whether the new object is the most probable
 * answer (paper, section 5.2).
 *
 * @param facts how many facts were asked
 * @param byName scores by the names below; iterates in name order
 */
public record Scores(int facts, Map<String, Score> byName) {
    public static final String EFFICACY_SUCCESS = "efficacySuccess";
    public static final String EFFICACY_ACCURACY = "efficacyAccuracy";
    public static final String PARAPHRASE_SUCCESS = "paraphraseSuccess";
    public static final String PARAPHRASE_ACCURACY = "paraphraseAccuracy";
    public static final String NEIGHBORHOOD_SUCCESS = "neighborhoodSuccess";
    public static final String NEIGHBORHOOD_ACCURACY = "neighborhoodAccuracy";

    public Scores {
        byName = Collections.unmodifiableMap(new TreeMap<>(byName));
        if (facts < 0) {
            throw new IllegalArgumentException("facts: " + facts + " (expected: 0 or more)");
        }
    }
}
