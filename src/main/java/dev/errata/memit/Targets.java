package dev.errata.memit;

import dev.errata.delta.LiveFact;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult.Rejected;
import dev.errata.memit.Progress.Phase;
import dev.errata.memit.TargetResult.Failed;
import dev.errata.memit.TargetResult.Found;
import dev.errata.memit.TargetResult.Step;
import dev.errata.transformer.Overlay;
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
 */
record Targets(List<LiveFact> facts, List<FactRows> rows, DMatrixRMaj states, List<Rejected> rejected) {

    /** @param maxNll a target whose final mean NLL is above this, in nats, has not converged */
    static Targets find(TargetSearch search, double maxNll, List<LiveFact> batch, Overlay anchor, Progress progress) {
        List<EditRequest> requests = batch.stream().map(fact -> EditRequest.of(fact.fact())).toList();
        List<TargetResult> results = search.search(requests, anchor, counting(progress, batch.size()));
        List<LiveFact> facts = new ArrayList<>();
        List<FactRows> rows = new ArrayList<>();
        List<float[]> states = new ArrayList<>();
        List<Rejected> rejected = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            TargetResult result = converged(results.get(i), maxNll, requests.get(i));
            if (result instanceof Failed failed) {
                rejected.add(new Rejected(batch.get(i), failed.code(), failed.message()));
            } else if (result instanceof Found found) {
                facts.add(batch.get(i));
                rows.add(search.rows(requests.get(i)));
                states.add(found.target());
            }
        }
        return new Targets(List.copyOf(facts), List.copyOf(rows), matrix(states), List.copyOf(rejected));
    }

    private static TargetResult converged(TargetResult result, double maxNll, EditRequest request) {
        if (result instanceof Found found && found.nll() > maxNll) {
            return new Failed(
                    Failure.TARGET_NOT_CONVERGED,
                    "mean NLL of \"" + request.object() + "\": " + found.nll() + " nats (expected: at most " + maxNll + ")");
        }
        return result;
    }

    private static TargetListener counting(Progress progress, int of) {
        progress.at(Phase.TARGETS, 0, of);
        return new TargetListener() {
            private int done;

            /** All facts of a group end at nearly the same time; until then it is said that the search goes on. */
            @Override
            public void stepped(int fact, Step step) {
                progress.at(Phase.TARGETS, done, of);
            }

            @Override
            public void ended(int fact, TargetResult result) {
                done++;
                progress.at(Phase.TARGETS, done, of);
            }
        };
    }

    private static DMatrixRMaj matrix(List<float[]> rows) {
        DMatrixRMaj matrix = new DMatrixRMaj(rows.size(), rows.isEmpty() ? 0 : rows.get(0).length);
        for (int i = 0; i < rows.size(); i++) {
            for (int j = 0; j < matrix.numCols; j++) {
                matrix.unsafe_set(i, j, rows.get(i)[j]);
            }
        }
        return matrix;
    }
}
