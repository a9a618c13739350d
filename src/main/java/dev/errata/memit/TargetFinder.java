package dev.errata.memit;

import dev.errata.failure.ErrataException;
import dev.errata.memit.EditResult.TargetCount;
import dev.errata.memit.Progress.Phase;
import dev.errata.memit.TargetResult.Failed;
import dev.errata.memit.TargetResult.Found;
import dev.errata.memit.TargetResult.Step;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the targets that one edit asks for: the kept one where there is one, else the one that a search finds, which is then kept.
 *
 * <p>Only targets of the base model are kept; those of edited weights are good for one edit. A search that fails leaves nothing behind
 * but its reason, since an engine's failure need not come again.
 *
 * <h2>Thread safety</h2> None; one object for each edit.
 */
final class TargetFinder {
    private final TargetSearch search;
    private final TargetKeys keys;
    private final TargetStore store;
    private final Overlay anchor;
    private final Progress progress;
    private final Map<TargetKey, Answer> answers = new HashMap<>();
    private int kept;
    private int searched;

    /**
     * @param store where targets are kept; {@link TargetStore#NONE} unless the anchor is the base model
     * @param anchor the weights that are searched on
     */
    TargetFinder(TargetSearch search, TargetKeys keys, TargetStore store, Overlay anchor, Progress progress) {
        this.search = search;
        this.keys = keys;
        this.store = store;
        this.anchor = anchor;
        this.progress = progress;
    }

    /** What was found for a group. */
    sealed interface Answer {}

    /** A target, and the token rows that it belongs to. */
    record Aim(FactRows rows, KeptTarget target) implements Answer {}

    /** None, and why. */
    record Missing(Failed why) implements Answer {}

    /** An answer for each group, in their order. What was asked before is not searched for again. */
    List<Answer> find(List<KeyGroup> groups) {
        List<TargetKey> asked = new ArrayList<>();
        Map<TargetKey, Wanted> missing = new LinkedHashMap<>();
        for (KeyGroup group : groups) {
            List<EditRequest> requests = group.requests();
            TargetKey key = keys.of(requests);
            asked.add(key);
            if (!answers.containsKey(key)) {
                lookUp(key, requests, missing);
            }
        }
        int done = groups.size() - missing.size();
        progress.at(Phase.TARGETS, done, groups.size());
        if (!missing.isEmpty()) {
            List<Wanted> wanted = new ArrayList<>(missing.values());
            search.searchJointly(wanted.stream().map(Wanted::requests).toList(), anchor, new Ending(wanted, groups.size()));
        }
        return asked.stream().map(answers::get).toList();
    }

    private void lookUp(TargetKey key, List<EditRequest> requests, Map<TargetKey, Wanted> missing) {
        FactRows rows;
        try {
            rows = search.rows(requests);
        } catch (ErrataException e) {
            answers.put(key, new Missing(new Failed(e.failure(), e.getMessage())));
            return;
        }
        store.find(key).ifPresentOrElse(
                target -> {
                    kept++;
                    answers.put(key, new Aim(rows, target));
                },
                () -> missing.put(key, new Wanted(key, requests, rows)));
    }

    /** Where the answers came from, so far. */
    TargetCount count() {
        return new TargetCount(kept, searched);
    }

    private record Wanted(TargetKey key, List<EditRequest> requests, FactRows rows) {}

    /**
     * Keeps each target as soon as it is found, so that a batch that dies half way has not searched for nothing. Needs no lock: a search
     * tells of one at a time.
     */
    private final class Ending implements TargetListener {
        private final List<Wanted> wanted;
        private final int of;
        private int done;

        Ending(List<Wanted> wanted, int of) {
            this.wanted = wanted;
            this.of = of;
            this.done = of - wanted.size();
        }

        /** All facts of a group end at nearly the same time; until then it is said that the search goes on. */
        @Override
        public void stepped(int place, Step step) {
            progress.at(Phase.TARGETS, done, of);
        }

        @Override
        public void ended(int place, TargetResult result) {
            Wanted one = wanted.get(place);
            searched++;
            if (result instanceof Found found) {
                KeptTarget target = KeptTarget.of(found);
                answers.put(one.key(), new Aim(one.rows(), target));
                store.keep(one.key(), target);
            } else {
                answers.put(one.key(), new Missing((Failed) result));
            }
            progress.at(Phase.TARGETS, ++done, of);
        }
    }
}
