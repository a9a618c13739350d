package dev.errata.transformer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A copy of one of the tiny models among the test resources, to be changed before it is written. */
final class ModelDirectory {
    private static final ObjectMapper JSON = new ObjectMapper();

    final ObjectNode config;
    final ObjectNode tokenizer;
    final TreeMap<String, Tensor> tensors = new TreeMap<>();
    private final Path path;

    record Tensor(long[] shape, float[] values) {
        Tensor map(UnaryOperator<Float> each) {
            float[] mapped = new float[values.length];
            for (int i = 0; i < mapped.length; i++) {
                mapped[i] = each.apply(values[i]);
            }
            return new Tensor(shape, mapped);
        }
    }

    private ModelDirectory(Path path, ObjectNode config, ObjectNode tokenizer) {
        this.path = path;
        this.config = config;
        this.tokenizer = tokenizer;
    }

    /** The GPT-J itself, not to be written to. */
    static Path original() {
        return original("gptj");
    }

    /** A model itself: gptj, gpt_neox, gpt2 or llama. */
    static Path original(String model) {
        return resource(model + "/model");
    }

    static Path resource(String oracle) {
        try {
            return Path.of(ModelDirectory.class.getResource("/oracle/" + oracle).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of the GPT-J. */
    static ModelDirectory copyTo(Path path) {
        return copy("gptj", path);
    }

    static ModelDirectory copy(String model, Path path) {
        try {
            ModelDirectory copy = new ModelDirectory(
                    path,
                    (ObjectNode) JSON.readTree(original(model).resolve("config.json").toFile()),
                    (ObjectNode) JSON.readTree(original(model).resolve("tokenizer.json").toFile()));
            Safetensors file = Safetensors.read(original(model).resolve("model.safetensors"));
            file.names().forEach(name -> copy.tensors.put(name, new Tensor(file.shape(name), file.floats(name))));
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With one F32 file. */
    Path write() {
        writer(tensors.keySet()).write(path.resolve("model.safetensors"));
        return writeText();
    }

    /** With shards: every n-th tensor in the n-th file. */
    Path writeShards(int shards) {
        ObjectNode index = JSON.createObjectNode();
        ObjectNode map = index.putObject("weight_map");
        List<String> names = List.copyOf(tensors.keySet());
        for (int shard = 0; shard < shards; shard++) {
            String file = "model-" + shard + ".safetensors";
            int remainder = shard;
            List<String> own = names.stream().filter(name -> names.indexOf(name) % shards == remainder).toList();
            own.forEach(name -> map.put(name, file));
            writer(own).write(path.resolve(file));
        }
        writeJson("model.safetensors.index.json", index);
        return writeText();
    }

    /** With one file of 16-bit values; the low bits of every value must be 0. */
    Path writeHalf(String dtype) {
        StringBuilder header = new StringBuilder("{");
        int size = 0;
        for (var entry : tensors.entrySet()) {
            int end = size + 2 * entry.getValue().values().length;
            header.append(header.length() > 1 ? "," : "")
                    .append("\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                            .formatted(entry.getKey(), dtype, Arrays.toString(entry.getValue().shape()), size, end));
            size = end;
        }
        byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + size).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
        for (Tensor tensor : tensors.values()) {
            for (float value : tensor.values()) {
                bytes.putShort(dtype.equals("BF16") ? (short) (Float.floatToRawIntBits(value) >>> 16) : half(value));
            }
        }
        writeBytes("model.safetensors", bytes.array());
        return writeText();
    }

    /** IEEE half precision of a value that is one. */
    private static short half(float value) {
        int bits = Float.floatToRawIntBits(value);
        int exponent = (bits >>> 23 & 0xFF) - 127 + 15;
        return (short) (value == 0 ? 0 : bits >>> 31 << 15 | exponent << 10 | bits >>> 13 & 0x3FF);
    }

    private SafetensorsWriter writer(Iterable<String> names) {
        SafetensorsWriter writer = new SafetensorsWriter();
        names.forEach(name -> writer.floats(name, tensors.get(name).shape(), tensors.get(name).values()));
        return writer;
    }

    private Path writeText() {
        writeJson("config.json", config);
        writeJson("tokenizer.json", tokenizer);
        return path;
    }

    private void writeJson(String name, ObjectNode json) {
        try {
            writeBytes(name, JSON.writeValueAsBytes(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void writeBytes(String name, byte[] bytes) {
        try {
            Files.write(path.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
