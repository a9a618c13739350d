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
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A directory of recordings of the reference implementation: a model, what the reference computed with it, and index.json with the
 * tolerance of every recorded tensor.
 *
 * <p>A directory may hold a second set of recordings: the same model with {@code tokenizer-bos}, which prepends a BOS. Its files are asked
 * for by the first set's names: {@code tokens.json} is {@code tokens-bos.json} there, and what lies in {@code memit} lies in {@code
 * memit-bos}.
 */
final class OracleDirectory {
    /** Names another directory than those among the test resources. */
    static final String PROPERTY = "errata.oracle";

    private static final String WITH_BOS = "-bos";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path path;
    private final String variant;
    private final JsonNode index;
    private final Map<String, Safetensors> open = new ConcurrentHashMap<>();

    private OracleDirectory(Path path, String variant) {
        this.path = path;
        this.variant = variant;
        this.index = read(path.resolve("index.json")).get("entries");
    }

    /** The sets of recordings in the directory that {@code -Derrata.oracle} names, or of every layout among the test resources. */
    static Stream<OracleDirectory> configured() {
        String named = System.getProperty(PROPERTY, "");
        return named.isEmpty()
                ? Stream.of("gptj", "gpt_neox", "gpt2", "llama").map(OracleDirectory::resource).flatMap(OracleDirectory::in)
                : in(Path.of(named));
    }

    private static Stream<OracleDirectory> in(Path path) {
        boolean both = Files.exists(path.resolve("tokenizer" + WITH_BOS));
        return Stream.of("", WITH_BOS).limit(both ? 2 : 1).map(variant -> new OracleDirectory(path, variant));
    }

    /** The first set of recordings of a model among the test resources. */
    static OracleDirectory of(String model) {
        return new OracleDirectory(resource(model), "");
    }

    private static Path resource(String model) {
        try {
            return Path.of(OracleDirectory.class.getResource("/oracle/" + model).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    Path path() {
        return path;
    }

    /** The model lies within; {@code -Derrata.oracle.model} says where it lies if not. */
    Path model() {
        return Files.exists(path.resolve("model")) ? path.resolve("model") : Path.of(System.getProperty(PROPERTY + ".model", ""));
    }

    /**
     * The model with the tokenizer of these recordings.
     *
     * @param scratch an empty directory to put it together in, if need be
     */
    Path model(Path scratch) {
        if (variant.isEmpty()) {
            return model();
        }
        copy(model(), scratch);
        copy(path.resolve("tokenizer" + variant), scratch);
        return scratch;
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean has(String file) {
        return Files.exists(path.resolve(ofVariant(file)));
    }

    JsonNode json(String file) {
        return read(path.resolve(ofVariant(file)));
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of recorded tensors. */
    Safetensors tensors(String file) {
        return open.computeIfAbsent(file, name -> Safetensors.read(path.resolve(ofVariant(name))));
    }

    private String ofVariant(String file) {
        int end = file.contains("/") ? file.indexOf('/') : file.lastIndexOf('.');
        return file.substring(0, end) + variant + file.substring(end);
    }

    /** Names of the tensors that index.json lists for a file; never empty. */
    List<String> recorded(String file) {
        List<String> names = StreamSupport.stream(index.spliterator(), false)
                .filter(entry -> entry.get("file").asText().equals(ofVariant(file)) && entry.has("tensor"))
                .map(entry -> entry.get("tensor").asText())
                .toList();
        assertThat(names).as("%s in index.json", file).isNotEmpty();
        return names;
    }

    boolean isRecorded(String file, String tensor) {
        return StreamSupport.stream(index.spliterator(), false)
                .anyMatch(entry -> entry.get("file").asText().equals(ofVariant(file)) && entry.path("tensor").asText().equals(tensor));
    }

    Tolerance tolerance(String file, String tensor) {
        return StreamSupport.stream(index.spliterator(), false)
                .filter(entry -> entry.get("file").asText().equals(ofVariant(file)) && entry.path("tensor").asText().equals(tensor))
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

    @Override
    public String toString() {
        return path.getFileName() + variant;
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
