package dev.errata.memit;

import dev.errata.failure.ErrataException;
import dev.errata.memit.TargetResult.Failed;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds for each fact the hidden state at block L that makes the model answer with its object (Eq. 16, method.md §4).
 *
 * <p>This is where nearly all the time of an edit goes. Facts are searched together, but nothing joins rows of different facts, so a
 * target does not depend on what it was searched with (but for rounding), only on the model that the search is anchored at, the contexts
 * and the hyper-parameters.
 *
 * <h2>Thread safety</h2> Safe.
 */
public final class TargetSearch {
    private final CausalLm lm;
    private final Contexts contexts;
    private final TargetWay way;

    private TargetSearch(CausalLm lm, HyperParameters parameters, Contexts contexts, TargetWay way) {
        parameters.requireWithin(lm.config().blocks());
        this.lm = lm;
        this.contexts = contexts;
        this.way = way;
    }

    /**
     * The way of least cost.
     *
     * @param memory bytes on the device that the search may take, about; a single fact is searched whatever it takes
     */
    public static TargetSearch lean(CausalLm lm, HyperParameters parameters, Contexts contexts, long memory) {
        if (memory < 1) {
            throw new IllegalArgumentException("memory: " + memory + " (expected: 1 byte or more)");
        }
        return new TargetSearch(lm, parameters, contexts, new LeanWay(lm, parameters, memory));
    }

    /**
     * The plain way: padded groups and the engine's own gradients. It is slower, and searches take turns in a JVM; what {@link #lean}
     * finds is held against it.
     *
     * @param groupSize facts that are searched together, at least 1
     */
    public static TargetSearch plain(CausalLm lm, HyperParameters parameters, Contexts contexts, int groupSize) {
        if (groupSize < 1) {
            throw new IllegalArgumentException("groupSize: " + groupSize + " (expected: 1 or more)");
        }
        return new TargetSearch(lm, parameters, contexts, new PlainWay(lm, parameters, groupSize));
    }

    /**
     * Searches the targets of all requests, one for each.
     *
     * @param anchor the weights that the search is made on; {@link Overlay#NONE} for targets that do not depend on earlier edits
     * @param listener hears of one thing at a time, but from any thread
     * @return one result for each request, in their order; a request that has no target does not disturb the others
     */
    public List<TargetResult> search(List<EditRequest> requests, Overlay anchor, TargetListener listener) {
        return searchJointly(requests.stream().map(List::of).toList(), anchor, listener);
    }

    /**
     * The same for requests that share keys: one target for all requests of a list, which makes the mean of their losses small
     * (live-set.md §4).
     *
     * @param requests of each list, the key is the same ({@link #shareKey}); the listener hears of lists by their places
     * @return one result for each list; a request that has no target takes those with it that it shares the key with
     */
    public List<TargetResult> searchJointly(List<List<EditRequest>> requests, Overlay anchor, TargetListener listener) {
        List<TargetResult> results = new ArrayList<>(requests.size());
        List<FactRows> rows = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (List<EditRequest> sharing : requests) {
            try {
                rows.add(rows(sharing));
                places.add(results.size());
                results.add(null);
            } catch (ErrataException e) {
                Failed failed = new Failed(e.failure(), e.getMessage());
                listener.ended(results.size(), failed);
                results.add(failed);
            }
        }
        List<TargetResult> searched = rows.isEmpty() ? List.of() : way.search(rows, anchor, Renumbered.of(listener, places));
        for (int i = 0; i < places.size(); i++) {
            results.set(places.get(i), searched.get(i));
        }
        return results;
    }

    /** Whether the model has one key for both, whatever is edited; {@link ErrataException} when one of them has no rows. */
    public boolean shareKey(EditRequest one, EditRequest other) {
        return one.subject().equals(other.subject()) && rows(one).sharesKey(rows(other));
    }

    /** The token rows of requests that share a key; an {@link ErrataException} says why there are none. */
    FactRows rows(List<EditRequest> sharing) {
        return FactRows.joined(sharing.stream().map(this::rows).toList());
    }

    /** The token rows of a request; an {@link ErrataException} says why it has none. */
    FactRows rows(EditRequest request) {
        return FactRows.of(request, contexts, lm.tokenizer(), lm.config().positions());
    }
}
