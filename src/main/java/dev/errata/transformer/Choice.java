package dev.errata.transformer;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** How the next token is chosen from its logits. */
@FunctionalInterface
public interface Choice {

    /**
     * @param logits one per token id
     * @return the id chosen
     */
    int next(float[] logits);

    /** The likeliest token; of equals, the one with the smallest id. */
    static Choice greedy() {
        return logits -> {
            int best = 0;
            for (int id = 1; id < logits.length; id++) {
                if (logits[id] > logits[best]) {
                    best = id;
                }
            }
            return best;
        };
    }

    /**
     * One of the k likeliest tokens, drawn in proportion to their probabilities, as the reference draws its contexts (method.md §3).
     *
     * @param random decides every draw: equal generators give equal texts
     */
    static Choice topK(int k, RandomGenerator random) {
        if (k < 1) {
            throw new IllegalArgumentException("k: " + k + " (expected: at least 1)");
        }
        return logits -> {
            int[] ids = likeliest(logits, Math.min(k, logits.length));
            double[] weights = new double[ids.length];
            Arrays.setAll(weights, i -> Math.exp((double) logits[ids[i]] - logits[ids[0]]));
            double left = random.nextDouble() * Arrays.stream(weights).sum();
            int chosen = 0;
            while (chosen < ids.length - 1 && (left -= weights[chosen]) >= 0) {
                chosen++;
            }
            return ids[chosen];
        };
    }

    /** Ids of the k largest logits, largest first, equals by id. */
    private static int[] likeliest(float[] logits, int k) {
        int[] ids = new int[k];
        int size = 0;
        for (int id = 0; id < logits.length; id++) {
            int place = size;
            while (place > 0 && logits[id] > logits[ids[place - 1]]) {
                place--;
            }
            if (place < k) {
                int moved = Math.min(size, k - 1) - place;
                System.arraycopy(ids, place, ids, place + 1, moved);
                ids[place] = id;
                size = Math.min(size + 1, k);
            }
        }
        return ids;
    }
}
