package dev.errata.delta;

import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A history for other processes to replay, as files: the weights of some versions whole, and the delta of each. The truth is computed
 * beside it by the definition ({@link CanonicalApplyTest#naive}); its numbers are such that another order of the terms shows.
 */
record ElsewhereFiles(Path directory) {
    static final int VERSIONS = 8;
    /** Ranks on both sides of a tile's 64, and of the four terms of one pass; 0 is a dense change. */
    private static final int[] RANKS = {1, 64, 0, 7, 128, 3, 0, 130};

    /** Larger than a tile's 128 rows and 256 columns, both ways round; the values say nothing. */
    static List<EditedTensor> shapes() {
        return List.of(
                new EditedTensor("a.weight", false, 150, 300, new float[150 * 300]),
                new EditedTensor("b.weight", true, 140, 280, new float[140 * 280]),
                new EditedTensor("c.weight", false, 33, 70, new float[33 * 70]));
    }

    Path weights(int version) {
        return directory.resolve("weights-" + version);
    }

    Path delta(int version) {
        return directory.resolve("delta-" + version);
    }

    /** Writes it all, and gives the digest of each version. */
    List<String> write(long seed) throws IOException {
        Samples samples = new Samples(seed);
        SortedMap<String, EditedTensor> weights = new TreeMap<>();
        shapes().forEach(t -> weights.put(t.name(), samples.tensor(t.name(), t.transposed(), t.out(), t.in())));
        List<String> digests = new ArrayList<>();
        write(0, weights);
        digests.add(Digest.version(History.digests(weights)));
        for (int number = 1; number <= VERSIONS; number++) {
            int rank = RANKS[number - 1];
            Delta delta = new Delta(weights.values().stream().map(tensor -> change(samples, tensor, rank)).toList());
            Files.write(delta(number), DeltaCodec.encode(delta));
            delta.changes().forEach(change -> weights.computeIfPresent(change.tensor(), (name, tensor) -> applied(tensor, change)));
            write(number, weights);
            digests.add(Digest.version(History.digests(weights)));
        }
        return digests;
    }

    private static TensorChange change(Samples samples, EditedTensor tensor, int rank) {
        int out = tensor.out();
        int in = tensor.in();
        return rank == 0
                ? new DenseChange(tensor.name(), out, in, samples.powers(out * in))
                : new LowRank(tensor.name(), out, in, rank, samples.powers(out * rank), samples.powers(rank * in));
    }

    private static EditedTensor applied(EditedTensor tensor, TensorChange change) {
        float[] values = CanonicalApplyTest.naive(tensor, change);
        return new EditedTensor(tensor.name(), tensor.transposed(), tensor.out(), tensor.in(), values);
    }

    private void write(int version, SortedMap<String, EditedTensor> weights) {
        SafetensorsWriter writer = new SafetensorsWriter();
        weights.forEach((name, tensor) -> writer.floats(name, new long[] {tensor.values().length}, tensor.values()));
        writer.write(weights(version));
    }
}
