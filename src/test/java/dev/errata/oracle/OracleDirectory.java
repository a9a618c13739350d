package dev.errata.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.safetensors.Dtype;
import dev.errata.safetensors.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;

/**
 * A directory of recordings of the reference implementation: a model, what the reference computed with it, and index.json with the
 * tolerance of every recorded tensor.
 */
final class OracleDirectory {
    /** Names another directory than the one among the test resources. */
    static final String PROPERTY = "errata.oracle";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path path;
    private final JsonNode index;
    private final Map<String, Safetensors> open = new ConcurrentHashMap<>();

    OracleDirectory(Path path) {
        this.path = path;
        this.index = json("index.json").get("entries");
    }

    /** The directory that {@code -Derrata.oracle} names, or the GPT-J recordings among the test resources. */
    static OracleDirectory configured() {
        String named = System.getProperty(PROPERTY, "");
        return new OracleDirectory(named.isEmpty() ? resource("/oracle/gptj") : Path.of(named));
    }

    /** A directory among the test resources. */
    static Path resource(String name) {
        try {
            return Path.of(OracleDirectory.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    Path path() {
        return path;
    }

    /** The model lies within; {@code -Derrata.oracle.model} says where it lies if not. */
    Path model() {
        return has("model") ? path.resolve("model") : Path.of(System.getProperty(PROPERTY + ".model", ""));
    }

    boolean has(String file) {
        return Files.exists(path.resolve(file));
    }

    JsonNode json(String file) {
        try {
            return JSON.readTree(path.resolve(file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of recorded tensors. */
    Safetensors tensors(String file) {
        return open.computeIfAbsent(file, name -> Safetensors.read(path.resolve(name)));
    }

    /** Names of the tensors that index.json lists for a file; never empty. */
    List<String> recorded(String file) {
        List<String> names = StreamSupport.stream(index.spliterator(), false)
                .filter(entry -> entry.get("file").asText().equals(file) && entry.has("tensor"))
                .map(entry -> entry.get("tensor").asText())
                .toList();
        assertThat(names).as("%s in index.json", file).isNotEmpty();
        return names;
    }

    boolean isRecorded(String file, String tensor) {
        return StreamSupport.stream(index.spliterator(), false)
                .anyMatch(entry -> entry.get("file").asText().equals(file) && entry.path("tensor").asText().equals(tensor));
    }

    Tolerance tolerance(String file, String tensor) {
        return StreamSupport.stream(index.spliterator(), false)
                .filter(entry -> entry.get("file").asText().equals(file) && entry.path("tensor").asText().equals(tensor))
                .map(entry -> Tolerance.of(entry.get("tolerance")))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(file + ": " + tensor + " (expected: a tensor in index.json)"));
    }

    /** Asserts that a computed tensor has the recording's shape and lies within its tolerance. */
    void check(String file, String tensor, Computed computed) {
        Safetensors recording = tensors(file);
        Tolerance tolerance = tolerance(file, tensor);
        String what = file + ": " + tensor;
        assertThat(computed.shape()).as("%s: shape", what).isEqualTo(recording.shape(tensor));
        if (recording.dtype(tensor) == Dtype.I64) {
            assertThat(tolerance.exact()).as("%s: integers are exact", what).isTrue();
            assertThat(computed.values()).as(what).isEqualTo(Arrays.stream(recording.longs(tensor)).asDoubleStream().toArray());
            return;
        }
        Distance.between(recording.doubles(tensor), computed.values()).assertWithin(tolerance, what);
    }

    /** A computed tensor, row-major; every integer of a recording is exact as a double. */
    record Computed(long[] shape, double[] values) {
        static Computed of(float[] values, long... shape) {
            double[] wide = new double[values.length];
            Arrays.setAll(wide, i -> values[i]);
            return new Computed(shape, wide);
        }

        static Computed of(double[] values, long... shape) {
            return new Computed(shape, values);
        }

        static Computed of(long[] values, long... shape) {
            return new Computed(shape, Arrays.stream(values).asDoubleStream().toArray());
        }
    }
}
