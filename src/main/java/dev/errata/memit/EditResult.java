package dev.errata.memit;

import static java.util.Objects.requireNonNull;

import dev.errata.delta.Delta;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.delta.Pairs;
import dev.errata.fact.FactKey;
import dev.errata.failure.Failure;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What became of a batch. */
public sealed interface EditResult {
    /** Facts that the model cannot take, in the order of the batch. They changed nothing, nor did what they were to replace. */
    List<Rejected> rejected();

    /** Wall seconds of each phase, by its label. */
    SortedMap<String, Double> seconds();

    /** Where the targets came from. */
    TargetCount targets();

    /**
     * How many targets an edit asked for; those of facts that no search can be made for are in neither number.
     *
     * @param found kept from an earlier search
     * @param searched searched for, whether a target came of it or not
     */
    record TargetCount(int found, int searched) {}

    /**
     * The weights changed.
     *
     * @param in facts written, in the order of the batch
     * @param out live facts that were taken out first
     * @param rewritten live facts that stay and are written anew, since they share a key with what came or went
     * @param delta the change, as it is to be published
     * @param pairs the solver's half of it: a pair for each key of the facts of {@code in} and {@code rewritten}
     * @param live the live set afterwards
     * @param weights every edited tensor afterwards, by name: the old ones with the encoded delta applied
     */
    record Edited(
            List<LiveFact> in,
            List<FactKey> out,
            List<FactKey> rewritten,
            Delta delta,
            Pairs pairs,
            LiveSet live,
            SortedMap<String, EditedTensor> weights,
            List<Rejected> rejected,
            SortedMap<String, Double> seconds,
            TargetCount targets)
            implements EditResult {
        public Edited {
            requireNonNull(delta, "delta");
            requireNonNull(pairs, "pairs");
            requireNonNull(live, "live");
            requireNonNull(targets, "targets");
            in = List.copyOf(in);
            out = List.copyOf(out);
            rewritten = List.copyOf(rewritten);
            weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
            rejected = List.copyOf(rejected);
            seconds = Collections.unmodifiableSortedMap(new TreeMap<>(seconds));
        }
    }

    /** Nothing is left to change: every fact was rejected and none was to go. */
    record Nothing(List<Rejected> rejected, SortedMap<String, Double> seconds, TargetCount targets) implements EditResult {
        public Nothing {
            requireNonNull(targets, "targets");
            rejected = List.copyOf(rejected);
            seconds = Collections.unmodifiableSortedMap(new TreeMap<>(seconds));
        }
    }

    /** A fact that the model cannot take. */
    record Rejected(LiveFact fact, Failure code, String message) {
        public Rejected {
            requireNonNull(fact, "fact");
            requireNonNull(code, "code");
            requireNonNull(message, "message");
        }
    }
}
