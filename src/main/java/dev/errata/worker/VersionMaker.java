package dev.errata.worker;

import dev.errata.delta.Digest;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Provenance;
import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Rebased;
import dev.errata.delta.VersionChain;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes the record of the next version: number, parent and digests follow from the chain and the weights.
 *
 * @param inputs digests of what every edit depends on ({@link Provenance#inputs})
 */
public record VersionMaker(String model, String baseDigest, Map<String, String> inputs, String software) {

    Version next(
            VersionChain chain,
            String intent,
            Version.Change change,
            SortedMap<String, EditedTensor> weights,
            Instant now,
            Map<String, Double> seconds) {
        long parent = change instanceof Rebased ? 0 : chain.head();
        SortedMap<String, String> before = chain.tensors(parent);
        SortedMap<String, String> after = new TreeMap<>();
        weights.values().parallelStream().map(tensor -> Map.entry(tensor.name(), tensor.digest())).toList().forEach(entry ->
                after.put(entry.getKey(), entry.getValue()));
        List<TensorState> tensors = new ArrayList<>();
        after.forEach((name, digest) -> tensors.add(new TensorState(name, before.get(name), digest)));
        Provenance provenance = new Provenance(baseDigest, new TreeMap<>(inputs), software, new TreeMap<>(seconds));
        return new Version(
                model, chain.head() + 1, intent, change, chain.digest(parent), Digest.version(after), tensors,
                // As exact as the index is: a version's own time must name it, and not the one before.
                now.truncatedTo(ChronoUnit.MICROS), provenance);
    }
}
