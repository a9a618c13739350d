package dev.errata.batch;

import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The intake rules once more, as sentences over the whole history instead of state that is kept up to date: slow, and independent of
 * what it checks.
 */
final class RuleBook {
    enum Verdict {
        DUPLICATE,
        OLDER,
        REJECTED,
        TAKEN
    }

    private record Judged(FactChange change, Verdict verdict) {
        private boolean sameSource(FactChange other) {
            return change.event().source().equals(other.event().source());
        }

        private boolean newerThan(FactChange other) {
            return other.revision().isOlderThan(change.revision());
        }

        private boolean claims() {
            return verdict == Verdict.TAKEN && change.claim().isPresent();
        }
    }

    private final ConflictRule rule;
    private final Set<EventId> events = new HashSet<>();
    private final List<Judged> past = new ArrayList<>();

    RuleBook(ConflictRule rule) {
        this.rule = rule;
    }

    Verdict judge(Arrival arrival) {
        FactChange change = arrival.change();
        if (!events.add(change.event())) {
            return Verdict.DUPLICATE;
        }
        Verdict verdict = Verdict.TAKEN;
        if (counted(change.key()).stream().anyMatch(one -> one.sameSource(change) && one.newerThan(change))) {
            verdict = Verdict.OLDER;
        } else if (rule == ConflictRule.REJECT && contradicted(change)) {
            verdict = Verdict.REJECTED;
        }
        past.add(new Judged(change, verdict));
        return verdict;
    }

    /** The newest event of this key by this source so far. */
    EventId newest(FactChange change) {
        List<Judged> own = counted(change.key()).stream().filter(one -> one.sameSource(change)).toList();
        return own.get(own.size() - 1).change.event();
    }

    private List<Judged> counted(FactKey key) {
        return past.stream().filter(one -> one.change.key().equals(key) && one.verdict != Verdict.OLDER).toList();
    }

    private boolean contradicted(FactChange change) {
        List<Judged> ofKey = counted(change.key());
        for (int i = 0; i < ofKey.size() && change.claim().isPresent(); i++) {
            Judged one = ofKey.get(i);
            boolean another = one.claims() && !one.sameSource(change) && !one.change.claim().equals(change.claim());
            if (another && stands(one.change, ofKey.subList(i + 1, ofKey.size()))) {
                return true;
            }
        }
        return false;
    }

    /** A claim stands until its source says something else, or anybody's retraction or other object is taken. */
    private static boolean stands(FactChange claim, List<Judged> later) {
        return later.stream()
                .noneMatch(one -> one.sameSource(claim) || (one.verdict == Verdict.TAKEN && !one.change.claim().equals(claim.claim())));
    }
}
