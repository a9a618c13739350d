package dev.errata.export;

import dev.errata.delta.TensorState;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Delta files into a model's files, where there is no log.
 *
 * <h2>Limits</h2> A delta file is read whole. <h2>Thread safety</h2> Stateless.
 */
public final class DeltaApplication {
    private DeltaApplication() {}

    /** What was done. */
    public record Applied(long first, long last, int files, String digest) {}

    /**
     * Applies deltas in the order in which they are given.
     *
     * @param given files, and directories of them, whose files go in the order of their names
     * @param model a directory that is what the first delta goes on from: the base, or a version with whole tensors
     * @param out appears whole or not at all
     * @throws ErrataException DELTA_INVALID for what is no delta file, VERSION_CHAIN_BROKEN when a tensor is not what it must be before or
     *     after, TENSOR_MISSING when the model has none of that name, FILE_NOT_WRITTEN
     */
    public static Applied apply(List<Path> given, Path model, Path out) {
        WholeDirectory.requireFree(out);
        List<Path> files = files(given);
        DeltaFile first = read(files.get(0));
        List<String> edited = first.version().tensors().stream().map(TensorState::name).toList();
        DeltaSteps steps = new DeltaSteps(BaseModel.load(model, edited).tensors());
        steps.apply(first);
        DeltaFile last = first;
        for (Path file : files.subList(1, files.size())) {
            last = read(file);
            steps.apply(last);
        }
        EditedDirectory.write(model, steps.weights(), out);
        return new Applied(first.version().number(), last.version().number(), files.size(), last.version().digest());
    }

    private static List<Path> files(List<Path> given) {
        List<Path> files = new ArrayList<>();
        for (Path path : given) {
            files.addAll(Files.isDirectory(path) ? deltas(path) : List.of(path));
        }
        if (files.isEmpty()) {
            throw new ErrataException(Failure.DELTA_INVALID, given + ": no *" + DeltaFile.SUFFIX + " (expected: at least one)");
        }
        return files;
    }

    static List<Path> deltas(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(DeltaFile.SUFFIX)).sorted().toList();
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    static DeltaFile read(Path file) {
        try {
            return DeltaFile.decode(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ErrataException unreadable(Path file, IOException e) {
        return new ErrataException(Failure.DELTA_INVALID, file + ": cannot be read: " + e + " (expected: a readable file)", e);
    }
}
