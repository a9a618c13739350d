package dev.errata.fact;

import java.util.List;

/**
 * Prompts that a change may carry for its evaluation only; they never influence the edit.
 *
 * @param paraphrases other wordings of the question, about the same subject
 * @param neighbors questions about other subjects whose answer is the previous object and must stay so
 */
public record Probes(List<String> paraphrases, List<String> neighbors) {
    public static final Probes NONE = new Probes(List.of(), List.of());

    public Probes {
        paraphrases = List.copyOf(paraphrases);
        neighbors = List.copyOf(neighbors);
    }
}
