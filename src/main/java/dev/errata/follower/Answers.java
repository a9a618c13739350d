package dev.errata.follower;

/** Asks the model. Each answer comes from exactly one version. */
public interface Answers {
    /**
     * @throws dev.errata.failure.ErrataException VERSION_UNKNOWN for a version that this follower has not reached;
     *     FACT_TOO_MANY_TOKENS when the prompt with its answer does not fit the model
     */
    Answer ask(Ask ask);
}
