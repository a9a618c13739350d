package dev.errata.memit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the loss of some facts is read, among their rows: all scored positions of all prompts, then each essence row at the subject's
 * last token (not at its own last one: method.md §18.3).
 *
 * @param rows the row of each pick; a fact has seven, its essence row last
 * @param positions the position of each pick
 * @param labels the token that each scored position is to predict
 * @param shares what each scored position counts: the mean over a row's tokens and then over the fact's rows
 */
record TargetPicks(int[] rows, int[] positions, long[] labels, float[] shares) {

    static TargetPicks of(List<FactRows> facts) {
        int scored = facts.stream().mapToInt(fact -> fact.object().length * Contexts.COUNT).sum();
        int[] rows = new int[scored + facts.size()];
        int[] positions = new int[rows.length];
        long[] labels = new long[scored];
        float[] shares = new float[scored];
        int at = 0;
        for (int fact = 0; fact < facts.size(); fact++) {
            long[] object = facts.get(fact).object();
            for (int prompt = 0; prompt < Contexts.COUNT; prompt++) {
                for (int token = 0; token < object.length; token++, at++) {
                    rows[at] = fact * (Contexts.COUNT + 1) + prompt;
                    positions[at] = facts.get(fact).scoredFrom(prompt) + token;
                    labels[at] = object[token];
                    shares[at] = 1f / (object.length * Contexts.COUNT);
                }
            }
            rows[scored + fact] = fact * (Contexts.COUNT + 1) + Contexts.COUNT;
            positions[scored + fact] = facts.get(fact).essence().subject();
        }
        return new TargetPicks(rows, positions, labels, shares);
    }

    /** How many of the picks are scored; the others are essence rows. */
    int scored() {
        return labels.length;
    }

    /**
     * Means of a value of each scored position, over the tokens of each row.
     *
     * @return for each fact one mean for each context
     */
    static List<List<Double>> means(List<FactRows> facts, float[] scored) {
        List<List<Double>> means = new ArrayList<>();
        int at = 0;
        for (FactRows fact : facts) {
            Double[] each = new Double[Contexts.COUNT];
            for (int prompt = 0; prompt < Contexts.COUNT; prompt++) {
                double sum = 0;
                for (int token = 0; token < fact.object().length; token++) {
                    sum += scored[at++];
                }
                each[prompt] = sum / fact.object().length;
            }
            means.add(Arrays.asList(each));
        }
        return means;
    }
}
