package dev.errata.memit;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.Failure;
import java.util.List;

/** How the search for one fact's target ended. */
public sealed interface TargetResult {
    /**
     * z was found.
     *
     * @param target z (d), fp32: the state at block L and the subject's last token that makes the model answer with the object
     * @param initial the state that the search started from (d), fp32; {@code target - initial} is δ
     * @param trace every forward pass of the search, in order; the last one scored {@code target} itself
     */
    record Found(float[] target, float[] initial, List<Step> trace) implements TargetResult {
        public Found {
            target = target.clone();
            initial = initial.clone();
            trace = List.copyOf(trace);
        }

        @Override
        public float[] target() {
            return target.clone();
        }

        @Override
        public float[] initial() {
            return initial.clone();
        }

        /** The last step's mean negative log-likelihood of the object, in nats: small when the target does what it is for. */
        public double nll() {
            return trace.get(trace.size() - 1).nll();
        }
    }

    /** There is no target; the fact is to be rejected. */
    record Failed(Failure code, String message) implements TargetResult {
        public Failed {
            requireNonNull(code, "code");
            requireNonNull(message, "message");
        }
    }

    /**
     * One forward pass (method.md §4.3), in nats.
     *
     * @param nllEach mean negative log-likelihood of an object's token behind each context
     * @param nll their mean
     * @param kl divergence of the essence row's distribution from the first pass's, times its factor
     * @param weightDecay {@code v_weight_decay · ‖δ‖ / ‖initial‖²}
     * @param deltaNorm ‖δ‖
     */
    record Step(List<Double> nllEach, double nll, double kl, double weightDecay, double deltaNorm) {
        public Step {
            nllEach = List.copyOf(nllEach);
        }

        /** The loss: what is made small, and what ends the search when it is small enough. */
        public double total() {
            return nll + kl + weightDecay;
        }
    }
}
