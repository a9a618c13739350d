package dev.errata.memit;

import dev.errata.failure.ErrataException;
import dev.errata.memit.TargetResult.Failed;
import dev.errata.memit.TargetResult.Step;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds for each fact the hidden state at block L that makes the model answer with its object (Eq. 16, method.md §4).
 *
 * <p>This is where nearly all the time of an edit goes. Facts are searched in groups: blocks up to L run once, without a gradient; only
 * what lies above them runs at each step, for all facts of the group that have not ended. Nothing joins rows of different facts, so a
 * target does not depend on what it was searched with, only on the model that the search is anchored at, the contexts and the
 * hyper-parameters.
 *
 * <h2>Limits</h2> Memory grows with the group: seven rows of activations of all blocks above L for each fact in it.
 * <h2>Thread safety</h2> Safe; searches run one at a time in a JVM, since the engine records one gradient at a time.
 */
public final class TargetSearch {
    /** The engine allows one gradient collector per JVM. */
    private static final Object ONE_AT_A_TIME = new Object();

    private final CausalLm lm;
    private final HyperParameters parameters;
    private final Contexts contexts;
    private final int groupSize;

    /** @param groupSize facts that are searched together, at least 1 */
    public TargetSearch(CausalLm lm, HyperParameters parameters, Contexts contexts, int groupSize) {
        if (groupSize < 1) {
            throw new IllegalArgumentException("groupSize: " + groupSize + " (expected: 1 or more)");
        }
        parameters.requireWithin(lm.config().blocks());
        this.lm = lm;
        this.parameters = parameters;
        this.contexts = contexts;
        this.groupSize = groupSize;
    }

    /**
     * Searches the targets of all requests.
     *
     * @param anchor the weights that the search is made on; {@link Overlay#NONE} for targets that do not depend on earlier edits
     * @return one result for each request, in their order; a request that has no target does not disturb the others
     */
    public List<TargetResult> search(List<EditRequest> requests, Overlay anchor, TargetListener listener) {
        List<TargetResult> results = new ArrayList<>(requests.size());
        List<FactRows> rows = new ArrayList<>();
        List<Integer> facts = new ArrayList<>();
        for (EditRequest request : requests) {
            try {
                rows.add(rows(request));
                facts.add(results.size());
                results.add(null);
            } catch (ErrataException e) {
                Failed failed = new Failed(e.failure(), e.getMessage());
                listener.ended(results.size(), failed);
                results.add(failed);
            }
        }
        for (int from = 0; from < rows.size(); from += groupSize) {
            int to = Math.min(rows.size(), from + groupSize);
            List<Integer> group = facts.subList(from, to);
            List<TargetResult> searched = searchGroup(rows.subList(from, to), anchor, renumbered(listener, group));
            for (int i = 0; i < searched.size(); i++) {
                results.set(group.get(i), searched.get(i));
            }
        }
        return results;
    }

    /** The token rows of a request; an {@link ErrataException} says why it has none. */
    FactRows rows(EditRequest request) {
        return FactRows.of(request, contexts, lm.tokenizer(), lm.config().positions());
    }

    private List<TargetResult> searchGroup(List<FactRows> facts, Overlay anchor, TargetListener listener) {
        synchronized (ONE_AT_A_TIME) {
            return new TargetGroup(lm, parameters, facts, anchor, listener).search();
        }
    }

    private static TargetListener renumbered(TargetListener listener, List<Integer> facts) {
        return new TargetListener() {
            @Override
            public void stepped(int fact, Step step) {
                listener.stepped(facts.get(fact), step);
            }

            @Override
            public void updating(int fact, float[] gradient) {
                listener.updating(facts.get(fact), gradient);
            }

            @Override
            public void ended(int fact, TargetResult result) {
                listener.ended(facts.get(fact), result);
            }
        };
    }
}
