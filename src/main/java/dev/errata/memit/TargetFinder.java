package dev.errata.memit;

import dev.errata.delta.LiveFact;
import dev.errata.failure.ErrataException;
import dev.errata.memit.EditResult.TargetCount;
import dev.errata.memit.Progress.Phase;
import dev.errata.memit.TargetResult.Failed;
import dev.errata.memit.TargetResult.Found;
import dev.errata.memit.TargetResult.Step;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives each fact of a batch its target: the kept one where there is one, else the one that a search finds, which is then kept.
 *
 * <p>Only targets of the base model are kept; those of edited weights are good for one batch. A search that fails leaves nothing behind
 * but its reason, since an engine's failure need not come again.
 *
 * <h2>Thread safety</h2> As safe as the search.
 */
final class TargetFinder {
    private final TargetSearch search;
    private final TargetKeys keys;
    private final TargetStore store;
    private final double maxNll;

    /** @param maxNll a target whose final mean NLL is above this, in nats, has not converged */
    TargetFinder(TargetSearch search, TargetKeys keys, TargetStore store, double maxNll) {
        this.search = search;
        this.keys = keys;
        this.store = store;
        this.maxNll = maxNll;
    }

    /** Targets of the base model, kept or searched. */
    Targets onBase(List<LiveFact> batch, Progress progress) {
        return find(batch, Overlay.NONE, store, progress);
    }

    /** Targets of these weights, all searched. */
    Targets on(Overlay anchor, List<LiveFact> batch, Progress progress) {
        return find(batch, anchor, TargetStore.NONE, progress);
    }

    private Targets find(List<LiveFact> batch, Overlay anchor, TargetStore kept, Progress progress) {
        List<Wanted> wanted = batch.stream().map(this::wanted).toList();
        List<Wanted> missing = new ArrayList<>();
        for (Wanted one : wanted) {
            if (one.rows != null) {
                kept.find(one.key).ifPresentOrElse(target -> one.target = target, () -> missing.add(one));
            }
        }
        int done = batch.size() - missing.size();
        progress.at(Phase.TARGETS, done, batch.size());
        if (!missing.isEmpty()) {
            search.search(missing.stream().map(one -> one.request).toList(), anchor, new Ending(kept, missing, progress, batch.size()));
        }
        Targets.Builder targets = new Targets.Builder(maxNll);
        for (Wanted one : wanted) {
            if (one.target != null) {
                targets.add(one.fact, one.rows, one.target);
            } else {
                targets.reject(one.fact, one.failed.code(), one.failed.message());
            }
        }
        int asked = (int) wanted.stream().filter(one -> one.rows != null).count();
        return targets.build(new TargetCount(asked - missing.size(), missing.size()));
    }

    private Wanted wanted(LiveFact fact) {
        EditRequest request = EditRequest.of(fact.fact());
        try {
            return new Wanted(fact, request, keys.of(request), search.rows(request), null);
        } catch (ErrataException e) {
            return new Wanted(fact, request, keys.of(request), null, new Failed(e.failure(), e.getMessage()));
        }
    }

    /** A fact on its way to a target: at the end it has one, or a reason why not. */
    private static final class Wanted {
        private final LiveFact fact;
        private final EditRequest request;
        private final TargetKey key;
        private final FactRows rows;
        private KeptTarget target;
        private Failed failed;

        Wanted(LiveFact fact, EditRequest request, TargetKey key, FactRows rows, Failed failed) {
            this.fact = fact;
            this.request = request;
            this.key = key;
            this.rows = rows;
            this.failed = failed;
        }

        void ended(TargetResult result) {
            if (result instanceof Found found) {
                target = KeptTarget.of(found);
            } else {
                failed = (Failed) result;
            }
        }
    }

    /** Keeps each target as soon as it is found, so that a batch that dies half way has not searched for nothing. */
    private static final class Ending implements TargetListener {
        private final TargetStore kept;
        private final List<Wanted> searched;
        private final Progress progress;
        private final int of;
        private int done;

        Ending(TargetStore kept, List<Wanted> searched, Progress progress, int of) {
            this.kept = kept;
            this.searched = searched;
            this.progress = progress;
            this.of = of;
            this.done = of - searched.size();
        }

        /** All facts of a group end at nearly the same time; until then it is said that the search goes on. */
        @Override
        public synchronized void stepped(int fact, Step step) {
            progress.at(Phase.TARGETS, done, of);
        }

        @Override
        public synchronized void ended(int fact, TargetResult result) {
            Wanted one = searched.get(fact);
            one.ended(result);
            if (one.target != null) {
                kept.keep(one.key, one.target);
            }
            progress.at(Phase.TARGETS, ++done, of);
        }
    }
}
