package dev.errata.memit;

import dev.errata.memit.FactRows.Claim;
import dev.errata.memit.FactRows.Row;
import dev.errata.transformer.ModelConfig;

/** What the search for a target takes in {@link LeanTargets}, by the sizes of its rows: enough to share work and memory out. */
record TargetCost(ModelConfig config, HyperParameters parameters) {

    /** Work, in positions that run at each step. */
    int positions(FactRows fact) {
        return fact.prompts().stream().mapToInt(Row::length).sum() + 1;
    }

    /** Bytes on the device: what is remembered of a fact's rows, and the activations of a step and its way back; an upper bound. */
    long bytes(FactRows fact) {
        long bytes = 0;
        for (Claim claim : fact.claims()) {
            for (Row row : claim.prompts()) {
                bytes += bytes(row, claim.object().length);
            }
        }
        return bytes + bytes(fact.essence(), 1);
    }

    private long bytes(Row row, int scored) {
        long length = row.length();
        long seen = row.ids().length;
        long blocks = config.blocks() - parameters.lastLayer() - 1L;
        long remembered = 4 * seen * config.keyHeads() * config.headDim();
        long shares = 3 * length * seen * config.heads();
        long activations = length * (5L * config.keyWidth() + 8L * config.width());
        return Float.BYTES * (blocks * (remembered + shares + activations) + 4L * scored * config.vocabulary());
    }
}
