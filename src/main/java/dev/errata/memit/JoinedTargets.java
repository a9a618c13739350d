package dev.errata.memit;

import dev.errata.memit.LeanTargets.Part;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of the same facts in several parts that run at the same time: a few facts keep all cores busy this way.
 *
 * <h2>Thread safety</h2> None; parts run on the workers.
 */
final class JoinedTargets implements TargetObjective {
    private final EngineThreads workers;
    private final List<Part> shares;
    private final List<LeanTargets> parts;
    private List<FactRows> facts;

    /** @param shares which rows each part has; together they are all rows, the first has the plain prompts */
    JoinedTargets(EngineThreads workers, List<FactRows> facts, List<Part> shares, List<LeanTargets> parts) {
        this.workers = workers;
        this.facts = List.copyOf(facts);
        this.shares = List.copyOf(shares);
        this.parts = List.copyOf(parts);
    }

    @Override
    public float[] initial() {
        return parts.get(0).initial();
    }

    @Override
    public Losses losses(float[] deltas) {
        List<Losses> losses = workers.each(parts, part -> part.losses(deltas));
        float[] nll = new float[losses.stream().mapToInt(part -> part.nll().length).sum()];
        int[] read = new int[parts.size()];
        int written = 0;
        for (FactRows fact : facts) {
            for (FactRows.Claim claim : fact.claims()) {
                for (int i = 0; i < read.length; i++) {
                    int count = (shares.get(i).to() - shares.get(i).from()) * claim.object().length;
                    System.arraycopy(losses.get(i).nll(), read[i], nll, written, count);
                    read[i] += count;
                    written += count;
                }
            }
        }
        return new Losses(nll, sum(losses.stream().map(Losses::kl).toList()));
    }

    @Override
    public float[] gradient() {
        return sum(workers.each(parts, LeanTargets::gradient));
    }

    private static float[] sum(List<float[]> parts) {
        float[] sum = parts.get(0).clone();
        for (float[] part : parts.subList(1, parts.size())) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += part[i];
            }
        }
        return sum;
    }

    @Override
    public void keep(int[] places) {
        List<FactRows> all = facts;
        workers.each(parts, part -> {
            part.keep(places);
            return part;
        });
        facts = Arrays.stream(places).mapToObj(all::get).toList();
    }

    @Override
    public void close() {
        parts.forEach(LeanTargets::close);
    }
}
