package dev.errata.export;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.CanonicalApply;
import dev.errata.delta.Chunks;
import dev.errata.delta.Delta;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.DenseChange;
import dev.errata.delta.Digest;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LowRank;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Provenance;
import dev.errata.delta.TensorChange;
import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.VersionChain;
import dev.errata.export.Statement.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Tensors, deltas in a chain, statements out of a seed. */
final class Samples {
    private final RandomGenerator random;

    Samples(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    float[] floats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    LowRank lowRank(String tensor, int out, int in, int rank) {
        return new LowRank(tensor, out, in, rank, floats(out * rank), floats(rank * in));
    }

    DenseChange dense(String tensor, int out, int in) {
        return new DenseChange(tensor, out, in, floats(out * in));
    }

    SortedMap<String, EditedTensor> base() {
        SortedMap<String, EditedTensor> base = new TreeMap<>();
        base.put("a.weight", new EditedTensor("a.weight", false, 3, 5, floats(15)));
        base.put("b.weight", new EditedTensor("b.weight", true, 4, 2, floats(8)));
        return base;
    }

    /** Files of versions 1, 2 … that follow each other. */
    List<byte[]> deltaFiles(SortedMap<String, EditedTensor> base, int count) {
        VersionChain chain = new VersionChain("sample", DeltaSteps.digests(base));
        SortedMap<String, EditedTensor> weights = new TreeMap<>(base);
        List<byte[]> files = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            List<TensorChange> changes = List.of(
                    i % 2 == 0 ? dense("a.weight", 3, 5) : lowRank("a.weight", 3, 5, 2), lowRank("b.weight", 4, 2, 1));
            byte[] payload = DeltaCodec.encode(new Delta(changes));
            changes.forEach(change -> weights.computeIfPresent(
                    change.tensor(), (name, tensor) -> CanonicalApply.apply(tensor, change)));
            PayloadRef ref = Chunks.ref(payload, Chunks.split(payload, 100));
            SortedMap<String, String> before = chain.tensors(i - 1);
            SortedMap<String, String> after = DeltaSteps.digests(weights);
            List<TensorState> states = new ArrayList<>();
            after.forEach((name, digest) -> states.add(new TensorState(name, before.get(name), digest)));
            Version version = new Version(
                    "sample", i, "intent", new Edited(List.of(), List.of(), List.of(), ref, ref), chain.digest(i - 1),
                    Digest.version(after), states, Instant.EPOCH,
                    new Provenance("0".repeat(64), new TreeMap<>(), "errata", new TreeMap<>()));
            chain.append(version);
            files.add(DeltaFile.encode(version, payload));
        }
        return files;
    }

    /** A statement with every kind of entry. */
    static Statement statement() {
        ObjectNode asked = JsonNodeFactory.instance.objectNode()
                .put("model", "m \u00e9 \"x\"").put("format", "peft").put("rankError", 1e-6);
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        told.putArray("ranks").addObject().put("rank", 3).put("error", 0.1);
        Resource base = Resource.file(Statement.BASE, "22");
        Resource event = new Resource("event", "urn:errata:event:a:b", Map.of(), Map.of("id", "b", "source", "a"));
        return new Statement(
                Statement.TYPE,
                List.of(Resource.file("README.md", "00"), Resource.file("x.safetensors", "11")),
                Statement.PREDICATE_TYPE,
                new Statement.Predicate(
                        new Statement.BuildDefinition(Statement.BUILD_TYPE, asked, told, List.of(base, event)),
                        new Statement.RunDetails(
                                new Statement.Builder(Statement.BUILDER, Map.of("errata", "1")), new Statement.Metadata(""))));
    }
}
