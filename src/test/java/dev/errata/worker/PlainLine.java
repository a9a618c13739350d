package dev.errata.worker;

import dev.errata.delta.Digest;
import dev.errata.delta.LiveFact;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Provenance;
import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.delta.VersionChain;
import dev.errata.fact.FactKey;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A chain of versions whose only tensor has a made-up digest: for what depends on facts and not on weights. */
final class PlainLine {
    private static final String TENSOR = "a.weight";
    private static final PayloadRef NONE = new PayloadRef(0, "", List.of());

    final VersionChain chain = new VersionChain("m", Map.of(TENSOR, "0"));

    /** The next version; every edit leaves the tensor in a state of its own. */
    Version next(Change change) {
        long number = chain.head() + 1;
        String before = chain.tensors(number - 1).get(TENSOR);
        String after = change instanceof RolledBack back ? chain.tensors(back.to()).get(TENSOR) : Long.toString(number);
        return new Version(
                "m",
                number,
                "intent",
                change,
                chain.digest(number - 1),
                Digest.version(new TreeMap<>(Map.of(TENSOR, after))),
                List.of(new TensorState(TENSOR, before, after)),
                Changes.TIME,
                new Provenance("base", new TreeMap<>(), "test", new TreeMap<>()));
    }

    Version edit(List<LiveFact> in, List<FactKey> out) {
        return next(new Edited(in, out, List.of(), NONE, NONE));
    }
}
