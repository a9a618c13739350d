package dev.errata.memit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the loss of some facts is read, among their rows: the scored positions of all prompts, and the essence rows at the subject's last
 * token (not at their own last one: method.md §18.3).
 *
 * @param rows the row of each scored position; a fact has seven rows, its essence row last
 * @param positions the scored position in that row
 * @param labels the token that it is to predict
 * @param shares what it counts: the mean over a row's tokens and then over the fact's rows
 * @param essenceRows the essence row of each fact
 * @param essenceSubjects the subject's last token in it
 */
record TargetPicks(int[] rows, int[] positions, long[] labels, float[] shares, int[] essenceRows, int[] essenceSubjects) {

    static TargetPicks of(List<FactRows> facts) {
        int scored = facts.stream().mapToInt(fact -> fact.object().length * Contexts.COUNT).sum();
        TargetPicks picks = new TargetPicks(
                new int[scored], new int[scored], new long[scored], new float[scored], new int[facts.size()], new int[facts.size()]);
        int at = 0;
        for (int fact = 0; fact < facts.size(); fact++) {
            int first = fact * (Contexts.COUNT + 1);
            long[] object = facts.get(fact).object();
            for (int prompt = 0; prompt < Contexts.COUNT; prompt++) {
                for (int token = 0; token < object.length; token++, at++) {
                    picks.rows[at] = first + prompt;
                    picks.positions[at] = facts.get(fact).scoredFrom(prompt) + token;
                    picks.labels[at] = object[token];
                    picks.shares[at] = 1f / (object.length * Contexts.COUNT);
                }
            }
            picks.essenceRows[fact] = first + Contexts.COUNT;
            picks.essenceSubjects[fact] = facts.get(fact).essence().subject();
        }
        return picks;
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
