package dev.errata.evaluation;

import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far a version's edited tensors have grown from the base's, and how much of their room the live facts take.
 *
 * @param pairs live pairs of key and value; several facts may share one
 * @param keyWidth d_k: how many directions a key has
 * @param tensors each edited tensor, by name
 */
public record Growth(int pairs, int keyWidth, SortedMap<String, Tensor> tensors) {
    public Growth {
        if (pairs < 0) {
            throw new IllegalArgumentException("pairs: " + pairs + " (expected: 0 or more)");
        }
        if (keyWidth < 1) {
            throw new IllegalArgumentException("keyWidth: " + keyWidth + " (expected: 1 or more)");
        }
        tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
    }

    /**
     * One edited tensor. Norms are Frobenius norms.
     *
     * @param changeNorm ‖W − W₀‖
     * @param norm ‖W‖
     * @param baseNorm ‖W₀‖
     * @param leverage mean over live pairs of the share of its value that the weights give back; absent when none is live
     * @param smallestEigenvalue of I + KᵀP₀K over the live keys K, 1 when two of them are one; absent likewise
     */
    public record Tensor(
            double changeNorm, double norm, double baseNorm, Optional<Double> leverage, Optional<Double> smallestEigenvalue) {

        /** ‖W − W₀‖ / ‖W₀‖. */
        public double changeRatio() {
            return changeNorm / baseNorm;
        }
    }

    /** The tensor that has grown most, with its name. */
    public Optional<Map.Entry<String, Tensor>> mostGrown() {
        return tensors.entrySet().stream().max(Comparator.comparingDouble(entry -> entry.getValue().changeRatio()));
    }

    /** The tensor whose live pairs have the least leverage. */
    public Optional<Map.Entry<String, Tensor>> leastLeverage() {
        return tensors.entrySet().stream()
                .filter(entry -> entry.getValue().leverage().isPresent())
                .min(Comparator.comparingDouble(entry -> entry.getValue().leverage().get()));
    }

    /** The tensor whose live keys are nearest to each other. */
    public Optional<Map.Entry<String, Tensor>> smallestEigenvalue() {
        return tensors.entrySet().stream()
                .filter(entry -> entry.getValue().smallestEigenvalue().isPresent())
                .min(Comparator.comparingDouble(entry -> entry.getValue().smallestEigenvalue().get()));
    }
}
