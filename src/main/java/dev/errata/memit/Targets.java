package dev.errata.memit;

import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult.Rejected;
import dev.errata.memit.TargetFinder.Aim;
import dev.errata.memit.TargetFinder.Answer;
import dev.errata.memit.TargetFinder.Missing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.ejml.data.DMatrixRMaj;

/**
 * What an edit writes and takes out once every fact without a target is turned down.
 *
 * @param in facts of the batch that have a target, in its order
 * @param plan the pairs of these alone
 * @param aims a target for each group of the plan, in its order
 * @param rejected the batch's other facts, in the order in which they fell
 */
record Targets(List<LiveFact> in, PairPlan plan, List<Aim> aims, List<Rejected> rejected) {

    /**
     * A fact that has no target leaves no trace: not in its group, which is searched again without it, nor in what it was to replace. So
     * this goes on until all that is left has targets.
     *
     * @param maxNll a target whose final mean NLL is above this, in nats, has not converged, whenever it was found; it turns down facts of
     *     the batch, never a live one that is written anew
     */
    static Targets settle(
            LiveSet live,
            List<LiveFact> batch,
            Collection<FactKey> out,
            BiPredicate<LiveFact, LiveFact> sharesKey,
            TargetFinder finder,
            double maxNll) {
        List<LiveFact> in = List.copyOf(batch);
        List<FactKey> going = new ArrayList<>(out);
        List<Rejected> rejected = new ArrayList<>();
        while (true) {
            PairPlan plan = PairPlan.of(live, in, going, sharesKey);
            List<Answer> answers = finder.find(plan.groups());
            Set<FactKey> coming = in.stream().map(LiveFact::key).collect(Collectors.toSet());
            List<Rejected> fallen = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                fallen.addAll(fallen(plan.groups().get(i).among(coming), answers.get(i), maxNll));
            }
            if (fallen.isEmpty()) {
                return new Targets(in, plan, answers.stream().map(Targets::aim).toList(), rejected);
            }
            rejected.addAll(fallen);
            Set<FactKey> gone = fallen.stream().map(one -> one.fact().key()).collect(Collectors.toCollection(HashSet::new));
            in = in.stream().filter(fact -> !gone.contains(fact.key())).toList();
            going.removeAll(gone);
        }
    }

    private static List<Rejected> fallen(List<LiveFact> coming, Answer answer, double maxNll) {
        Optional<TargetResult.Failed> why = Optional.empty();
        if (answer instanceof Missing missing) {
            why = Optional.of(missing.why());
        } else if (answer instanceof Aim aim && aim.target().nll() > maxNll) {
            String objects = coming.stream().map(fact -> "\"" + fact.fact().object() + "\"").collect(Collectors.joining(", "));
            why = Optional.of(new TargetResult.Failed(
                    Failure.TARGET_NOT_CONVERGED,
                    "mean NLL of " + objects + ": " + aim.target().nll() + " nats (expected: at most " + maxNll + ")"));
        }
        return why.map(failed -> coming.stream().map(fact -> new Rejected(fact, failed.code(), failed.message())).toList())
                .orElse(List.of());
    }

    /** Only a group of live facts can be without one here: they had a target when they were written. */
    private static Aim aim(Answer answer) {
        if (answer instanceof Missing missing) {
            throw new ErrataException(Failure.EDIT_NOT_FINITE, "a live fact cannot be written anew: " + missing.why().message());
        }
        return (Aim) answer;
    }

    /** Token rows of each pair. */
    List<FactRows> rows() {
        return aims.stream().map(Aim::rows).toList();
    }

    /** Targets z, (pairs, d). */
    DMatrixRMaj states() {
        return stacked(KeptTarget::target);
    }

    /** The states that their searches began from, (pairs, d). */
    DMatrixRMaj initial() {
        return stacked(KeptTarget::initial);
    }

    private DMatrixRMaj stacked(Function<KeptTarget, float[]> each) {
        DMatrixRMaj rows = new DMatrixRMaj(aims.size(), aims.isEmpty() ? 0 : aims.get(0).target().width());
        for (int i = 0; i < aims.size(); i++) {
            float[] row = each.apply(aims.get(i).target());
            for (int j = 0; j < rows.numCols; j++) {
                rows.unsafe_set(i, j, row[j]);
            }
        }
        return rows;
    }
}
