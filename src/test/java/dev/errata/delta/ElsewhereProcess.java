package dev.errata.delta;

import dev.errata.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Replays in a process of its own what {@link ElsewhereFiles} has written, from each start that it is given the number of, and prints a
 * line {@code start version digest} for every version. It is told no digest, so what it prints it has computed.
 */
final class ElsewhereProcess {
    private ElsewhereProcess() {}

    public static void main(String[] args) throws IOException {
        ElsewhereFiles files = new ElsewhereFiles(Path.of(args[0]));
        for (String start : args[1].split(",")) {
            replay(files, Integer.parseInt(start));
        }
    }

    private static void replay(ElsewhereFiles files, int start) throws IOException {
        SortedMap<String, EditedTensor> weights = read(files.weights(start));
        for (int number = start + 1; Files.exists(files.delta(number)); number++) {
            for (TensorChange change : DeltaCodec.decode(Files.readAllBytes(files.delta(number))).changes()) {
                CanonicalApply.applyInPlace(weights.get(change.tensor()), change);
            }
            System.out.println(start + " " + number + " " + Digest.version(History.digests(weights)));
        }
    }

    private static SortedMap<String, EditedTensor> read(Path file) {
        Safetensors tensors = Safetensors.read(file);
        SortedMap<String, EditedTensor> weights = new TreeMap<>();
        for (EditedTensor like : ElsewhereFiles.shapes()) {
            float[] values = tensors.floats(like.name());
            weights.put(like.name(), new EditedTensor(like.name(), like.transposed(), like.out(), like.in(), values));
        }
        return weights;
    }
}
