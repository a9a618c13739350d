package dev.errata.export;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.delta.EditedTensor;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditedTensors;
import dev.errata.transformer.CausalLm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A model in Hugging Face layout that versions start from.
 *
 * <h2>Limits</h2> To find its digest all of it is loaded, in fp32. <h2>Thread safety</h2> Safe as long as nobody writes to the tensors.
 *
 * @param directory where it lies
 * @param digest of all of it ({@link CausalLm#digest})
 * @param tensors those that versions edit, by name
 */
public record BaseModel(Path directory, String digest, SortedMap<String, EditedTensor> tensors) {
    private static final Pattern HUB_NAME = Pattern.compile("[A-Za-z0-9][\\w.-]*(/[\\w.-]+)?");

    public BaseModel {
        requireNonNull(directory, "directory");
        requireNonNull(digest, "digest");
    }

    /** What its config.json calls it, as the Hugging Face hub names models; a path on somebody's disk is no name. */
    public static Optional<String> name(Path directory) {
        try {
            String name = new ObjectMapper().readTree(directory.resolve("config.json").toFile()).path("_name_or_path").asText();
            return Optional.of(name).filter(one -> HUB_NAME.matcher(one).matches());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Loads it.
     *
     * @param edited names of the tensors that versions edit
     * @throws ErrataException TENSOR_MISSING for a name that is not the second matrix of an MLP here, and what {@link CausalLm#load} throws
     */
    public static BaseModel load(Path directory, Collection<String> edited) {
        try (CausalLm lm = CausalLm.load(directory, "cpu")) {
            TreeSet<String> missing = new TreeSet<>(edited);
            List<Integer> blocks = new ArrayList<>();
            for (int block = 0; block < lm.config().blocks(); block++) {
                if (missing.remove(lm.tensorName(block))) {
                    blocks.add(block);
                }
            }
            if (!missing.isEmpty()) {
                throw new ErrataException(
                        Failure.TENSOR_MISSING, directory + ": " + missing.first() + " (expected: such as " + lm.tensorName(0) + ")");
            }
            return new BaseModel(directory, lm.digest(), EditedTensors.base(lm, blocks));
        }
    }
}
