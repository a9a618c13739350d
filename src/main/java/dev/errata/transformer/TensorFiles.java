package dev.errata.transformer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The tensors of a model directory by name, whether they lie in one file or in shards with an index.
 *
 * <p>A checkpoint that was saved without its head, such as GPT-2's own, leaves out what all names of the decoder begin with; its tensors
 * are found by their whole names too.
 *
 * <h2>Thread safety</h2> One thread: shards are opened when first needed.
 */
final class TensorFiles {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private final Path directory;
    private final String decoder;
    private final Map<String, String> fileOf;
    private final Map<String, Safetensors> open = new HashMap<>();

    private TensorFiles(Path directory, String decoder, Map<String, String> fileOf) {
        this.directory = directory;
        this.decoder = decoder;
        this.fileOf = fileOf;
    }

    /**
     * Looks for model.safetensors, then for model.safetensors.index.json.
     *
     * @param decoder what the decoder's names begin with, such as {@code transformer}
     */
    static TensorFiles in(Path directory, String decoder) {
        Map<String, String> fileOf = new HashMap<>();
        if (Files.exists(directory.resolve(SINGLE)) || !Files.exists(directory.resolve(INDEX))) {
            TensorFiles single = new TensorFiles(directory, decoder + ".", fileOf);
            single.open(SINGLE).names().forEach(name -> fileOf.put(name, SINGLE));
            return single;
        }
        JsonFile index = JsonFile.read(directory.resolve(INDEX), Failure.SAFETENSORS_INVALID);
        JsonNode map = index.get("weight_map");
        if (!map.isObject()) {
            throw index.invalid("weight_map", "an object of tensor names and file names");
        }
        map.fields().forEachRemaining(entry -> fileOf.put(entry.getKey(), shard(index, entry.getKey(), entry.getValue())));
        return new TensorFiles(directory, decoder + ".", fileOf);
    }

    /** A shard lies beside its index: a path that leads elsewhere is refused. */
    private static String shard(JsonFile index, String tensor, JsonNode file) {
        String name = file.asText();
        if (!file.isTextual() || !name.matches("[A-Za-z0-9._-]+\\.safetensors")) {
            throw new ErrataException(
                    Failure.SAFETENSORS_INVALID,
                    index.file() + ": " + tensor + " lies in " + file + " (expected: the name of a .safetensors file beside it)");
        }
        return name;
    }

    private Safetensors open(String file) {
        return open.computeIfAbsent(file, name -> Safetensors.read(directory.resolve(name)));
    }

    /**
     * The values of a tensor as fp32, row-major.
     *
     * @throws ErrataException {@link Failure#TENSOR_MISSING}, {@link Failure#TENSOR_SHAPE_MISMATCH} or, for an unreadable file,
     *     {@link Failure#SAFETENSORS_INVALID}
     */
    float[] floats(String name, long... shape) {
        boolean bare = !fileOf.containsKey(name) && name.startsWith(decoder);
        String tensor = bare ? name.substring(decoder.length()) : name;
        String file = fileOf.get(tensor);
        if (file == null) {
            throw new ErrataException(
                    Failure.TENSOR_MISSING,
                    directory + ": " + name + ": in no file (expected: in one, of shape " + Arrays.toString(shape) + ")");
        }
        Safetensors tensors = open(file);
        if (!tensors.has(tensor)) {
            throw new ErrataException(
                    Failure.TENSOR_MISSING, directory.resolve(file) + ": " + tensor + ": not in it (expected: there, says " + INDEX + ")");
        }
        if (!Arrays.equals(tensors.shape(tensor), shape)) {
            String found = Arrays.toString(tensors.shape(tensor));
            throw new ErrataException(
                    Failure.TENSOR_SHAPE_MISMATCH,
                    directory.resolve(file) + ": " + tensor + ": shape " + found + " (expected: " + Arrays.toString(shape) + ")");
        }
        return tensors.floats(tensor);
    }
}
