package dev.errata.export;

import static java.util.Objects.requireNonNull;

import dev.errata.delta.EditedTensor;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditedTensors;
import dev.errata.transformer.CausalLm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;

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
    public BaseModel {
        requireNonNull(directory, "directory");
        requireNonNull(digest, "digest");
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
