package dev.errata.memit;

import dev.errata.memit.FactRows.Claim;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the loss of some facts is read, among their rows: the scored positions of all prompts, and the essence rows at the subject's last
 * token (not at their own last one: method.md §18.3).
 *
 * @param rows the row of each scored position; the rows of a fact, or of facts that share a key, end with the essence row
 * @param positions the scored position in that row
 * @param labels the token that it is to predict
 * @param shares what it counts: the mean over a row's tokens, over a fact's rows and over facts that share a key
 * @param essenceRows the essence row of each fact
 * @param essenceSubjects the subject's last token in it
 */
record TargetPicks(int[] rows, int[] positions, long[] labels, float[] shares, int[] essenceRows, int[] essenceSubjects) {

    static TargetPicks of(List<FactRows> facts) {
        int scored = facts.stream().mapToInt(FactRows::scored).sum() * Contexts.COUNT;
        TargetPicks picks = new TargetPicks(
                new int[scored], new int[scored], new long[scored], new float[scored], new int[facts.size()], new int[facts.size()]);
        int at = 0;
        int row = 0;
        for (int fact = 0; fact < facts.size(); fact++) {
            List<Claim> claims = facts.get(fact).claims();
            for (Claim claim : claims) {
                for (int prompt = 0; prompt < Contexts.COUNT; prompt++, row++) {
                    for (int token = 0; token < claim.object().length; token++, at++) {
                        picks.rows[at] = row;
                        picks.positions[at] = claim.scoredFrom(prompt) + token;
                        picks.labels[at] = claim.object()[token];
                        picks.shares[at] = 1f / (claim.object().length * Contexts.COUNT * claims.size());
                    }
                }
            }
            picks.essenceRows[fact] = row++;
            picks.essenceSubjects[fact] = facts.get(fact).essence().subject();
        }
        return picks;
    }

    /**
     * Means of a value of each scored position, over the tokens of each row.
     *
     * @return for each target one mean for each fact and context
     */
    static List<List<Double>> means(List<FactRows> facts, float[] scored) {
        List<List<Double>> means = new ArrayList<>();
        int at = 0;
        for (FactRows fact : facts) {
            List<Double> each = new ArrayList<>();
            for (Claim claim : fact.claims()) {
                for (int prompt = 0; prompt < Contexts.COUNT; prompt++) {
                    double sum = 0;
                    for (int token = 0; token < claim.object().length; token++) {
                        sum += scored[at++];
                    }
                    each.add(sum / claim.object().length);
                }
            }
            means.add(each);
        }
        return means;
    }
}
