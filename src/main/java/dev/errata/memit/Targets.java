package dev.errata.memit;

import dev.errata.delta.LiveFact;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult.Rejected;
import dev.errata.memit.EditResult.TargetCount;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/**
 * The facts of a batch that have a target, and those that have none, with the reason.
 *
 * @param facts facts with a target, in the order of the batch
 * @param rows their token rows
 * @param states their targets z, (n, d)
 * @param rejected the other facts, in the order of the batch
 * @param count where the targets came from
 */
record Targets(List<LiveFact> facts, List<FactRows> rows, DMatrixRMaj states, List<Rejected> rejected, TargetCount count) {
    Targets {
        facts = List.copyOf(facts);
        rows = List.copyOf(rows);
        rejected = List.copyOf(rejected);
    }

    /** Puts the targets of a batch together, fact by fact. */
    static final class Builder {
        private final double maxNll;
        private final List<LiveFact> facts = new ArrayList<>();
        private final List<FactRows> rows = new ArrayList<>();
        private final List<KeptTarget> targets = new ArrayList<>();
        private final List<Rejected> rejected = new ArrayList<>();

        /** @param maxNll a target whose final mean NLL is above this, in nats, has not converged, whenever it was found */
        Builder(double maxNll) {
            this.maxNll = maxNll;
        }

        void add(LiveFact fact, FactRows factRows, KeptTarget target) {
            if (target.nll() > maxNll) {
                reject(
                        fact,
                        Failure.TARGET_NOT_CONVERGED,
                        "mean NLL of \"" + fact.fact().object() + "\": " + target.nll() + " nats (expected: at most " + maxNll + ")");
                return;
            }
            facts.add(fact);
            rows.add(factRows);
            targets.add(target);
        }

        void reject(LiveFact fact, Failure code, String message) {
            rejected.add(new Rejected(fact, code, message));
        }

        Targets build(TargetCount count) {
            return new Targets(facts, rows, states(), rejected, count);
        }

        private DMatrixRMaj states() {
            DMatrixRMaj states = new DMatrixRMaj(targets.size(), targets.isEmpty() ? 0 : targets.get(0).width());
            for (int i = 0; i < targets.size(); i++) {
                float[] target = targets.get(i).target();
                for (int j = 0; j < states.numCols; j++) {
                    states.unsafe_set(i, j, target[j]);
                }
            }
            return states;
        }
    }
}
