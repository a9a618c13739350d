package dev.errata.delta;

import dev.errata.delta.Version.Change.Edited;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The checks that tie a version to the one before it. */
record Link(Version version) {
    void same(String what, Object value, Object expected) {
        require(value.equals(expected), what + ": " + value, expected);
    }

    void require(boolean holds, String found, Object expected) {
        if (!holds) {
            throw new ErrataException(
                    Failure.VERSION_CHAIN_BROKEN, "version " + version.number() + ": " + found + " (expected: " + expected + ")");
        }
    }

    /** Every edited tensor is there, in name order, and begins as the parent left it; returns their digests after. */
    SortedMap<String, String> tensors(SortedMap<String, String> parent) {
        List<String> names = version.tensors().stream().map(TensorState::name).toList();
        same("tensors", names, new ArrayList<>(parent.keySet()));
        SortedMap<String, String> after = new TreeMap<>();
        for (TensorState tensor : version.tensors()) {
            same(tensor.name() + " before", tensor.before(), parent.get(tensor.name()));
            after.put(tensor.name(), tensor.after());
        }
        return after;
    }

    /** Only live facts go out, each once; a fact that comes in is new or has just gone out; what is rewritten is live and stays. */
    void facts(Edited edited, Ledger ledger) {
        Set<FactKey> out = new HashSet<>();
        for (FactKey key : edited.out()) {
            require(ledger.holds(key), "out: \"" + key + "\"", "a live fact");
            require(out.add(key), "out: \"" + key + "\" twice", "once");
        }
        Set<FactKey> in = new HashSet<>();
        for (LiveFact fact : edited.in()) {
            require(in.add(fact.key()), "in: \"" + fact.key() + "\" twice", "once");
            boolean free = out.contains(fact.key()) || !ledger.holds(fact.key());
            require(free, "in: \"" + fact.key() + "\", which is live", "it in out as well");
        }
        Set<FactKey> rewritten = new HashSet<>();
        for (FactKey key : edited.rewritten()) {
            require(rewritten.add(key), "rewritten: \"" + key + "\" twice", "once");
            boolean stays = ledger.holds(key) && !out.contains(key);
            require(stays, "rewritten: \"" + key + "\"", "a live fact that stays");
        }
    }
}
