package dev.errata.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.EditedTensor;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Hugging Face directory with edited tensors in it: a copy of the model's, in which only the files that hold an edited tensor are
 * written anew, and in these only the edited tensors differ.
 *
 * <p>Edited tensors are F32, as they were computed and scored; in F16 or BF16 small changes would vanish (method.md §18.22). Others keep
 * their dtype. Weights in other formats than safetensors, and other safetensors beside a
 * {@code model.safetensors} (variants), are not copied: they would still be the old model's.
 *
 * <p>The directory appears whole or not at all.
 *
 * <h2>Thread safety</h2> Stateless.
 */
public final class EditedDirectory {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SAFETENSORS = ".safetensors";
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    /** What a single file makes useless, with indexes as transformers names them. */
    private static final Pattern VARIANTS = Pattern.compile(".*\\.safetensors(\\.index(\\..+)?\\.json)?");
    /** Other formats of the same weights, and their indexes. */
    private static final Pattern OLD_WEIGHTS =
            Pattern.compile(".*\\.(bin|pt|pth|ckpt|h5|msgpack|gguf|onnx|tflite)(\\.index\\.json)?");

    private EditedDirectory() {}

    /**
     * Writes the directory.
     *
     * @param model the directory that the edited model was loaded from
     * @param edited tensors by the names that the architecture gives them; a file may leave out what all names begin with
     * @throws ErrataException FILE_NOT_WRITTEN, TENSOR_MISSING when an edited tensor lies in no file, SAFETENSORS_INVALID
     */
    public static void write(Path model, Map<String, EditedTensor> edited, Path out) {
        WholeDirectory.make(out, half -> copy(model, edited, half));
    }

    /** Fills a directory that is there and empty. */
    static void copy(Path model, Map<String, EditedTensor> edited, Path to) throws IOException {
        boolean single = Files.exists(model.resolve(SINGLE));
        List<Path> files;
        try (Stream<Path> all = Files.list(model)) {
            files = all.filter(Files::isRegularFile).filter(file -> !isOfOldWeights(name(file), single)).sorted().toList();
        }
        TreeSet<String> missing = new TreeSet<>(edited.keySet());
        long grown = 0;
        for (Path file : files) {
            Shard shard = name(file).endsWith(SAFETENSORS) ? Shard.of(file, edited) : new Shard(null, Map.of());
            if (shard.edited().isEmpty()) {
                Files.copy(file, to.resolve(name(file)));
            } else {
                grown += shard.write(to.resolve(name(file)));
                shard.edited().values().forEach(tensor -> missing.remove(tensor.name()));
            }
        }
        if (!missing.isEmpty()) {
            throw new ErrataException(Failure.TENSOR_MISSING, model + ": " + missing.first() + ": in no file (expected: in one)");
        }
        if (!single) {
            grow(to.resolve(INDEX), grown);
        }
    }

    /** A file with weights and the edited tensors that it holds, by the name that they have in it. */
    private record Shard(Safetensors file, Map<String, EditedTensor> edited) {
        static Shard of(Path path, Map<String, EditedTensor> edited) {
            Safetensors file = Safetensors.read(path);
            Map<String, EditedTensor> here = new TreeMap<>();
            edited.forEach((name, tensor) -> {
                String bare = name.substring(name.indexOf('.') + 1);
                if (file.has(name)) {
                    here.put(name, tensor);
                } else if (file.has(bare)) {
                    here.put(bare, tensor);
                }
            });
            return new Shard(file, here);
        }

        /** @return by how many bytes its tensors grew */
        long write(Path to) {
            SafetensorsWriter writer = new SafetensorsWriter();
            file.metadata().forEach(writer::metadata);
            long grown = 0;
            for (String name : file.names()) {
                EditedTensor tensor = edited.get(name);
                if (tensor == null) {
                    writer.copy(file, name);
                } else {
                    writer.floats(name, file.shape(name), tensor.values());
                    grown += (long) tensor.values().length * (Float.BYTES - file.dtype(name).bytes());
                }
            }
            writer.write(to);
            return grown;
        }
    }

    /** The index names the size of all tensors together. */
    private static void grow(Path index, long bytes) throws IOException {
        try {
            JsonNode root = JSON.readTree(index.toFile());
            JsonNode size = root.path("metadata").path("total_size");
            if (bytes != 0 && size.isIntegralNumber()) {
                ((ObjectNode) root.get("metadata")).put("total_size", size.longValue() + bytes);
                JSON.writerWithDefaultPrettyPrinter().writeValue(index.toFile(), root);
            }
        } catch (JsonProcessingException e) {
            throw new ErrataException(Failure.SAFETENSORS_INVALID, index + ": " + e.getOriginalMessage() + " (expected: JSON)", e);
        }
    }

    /** Other formats, other files beside a single one, and the statement of an export: they speak of weights that are not these. */
    private static boolean isOfOldWeights(String name, boolean single) {
        boolean beside = single && !name.equals(SINGLE) && VARIANTS.matcher(name).matches();
        return beside || OLD_WEIGHTS.matcher(name).matches() || name.equals(Statement.FILE);
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
