package dev.errata.simulation;

import dev.errata.delta.Digest;
import dev.errata.delta.EditedTensor;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.ProbedFact;
import dev.errata.evaluation.Score;
import dev.errata.evaluation.Scores;
import dev.errata.worker.Gate;
import dev.errata.worker.Gauge;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Scores out of nothing, always the same for the same weights and facts: a doubtful object is not learned, and how well earlier facts are
 * kept follows from the weights' digest. Stateless.
 */
final class SimulatedGauge implements Gauge {
    /** A version that writes this object is held. */
    static final String DOUBTFUL = "doubtful";
    /** About one rebase in eight is held, too. */
    static final Gate GATE = new Gate(100, 0, 0, 0, 50);

    private static final int HEX = 16;

    @Override
    public Measured measure(Map<String, EditedTensor> weights, List<ProbedFact> written, List<ProbedFact> earlier) {
        boolean doubtful = written.stream().anyMatch(fact -> fact.fact().object().equals(DOUBTFUL));
        return new Measured(scores(written, doubtful ? 0 : 100), Optional.of(scores(earlier, kept(weights))), Optional.empty());
    }

    private static Scores scores(List<ProbedFact> facts, double percent) {
        Map<String, Score> scores = facts.isEmpty() ? Map.of() : Map.of(Scores.EFFICACY_SUCCESS, new Score(percent, facts.size()));
        return new Scores(facts.size(), scores);
    }

    private static double kept(Map<String, EditedTensor> weights) {
        SortedMap<String, String> digests = new TreeMap<>();
        weights.forEach((name, tensor) -> digests.put(name, tensor.digest()));
        return 100.0 * Character.digit(Digest.version(digests).charAt(0), HEX) / (HEX - 1);
    }
}
