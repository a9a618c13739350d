package dev.errata.delta;

import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.util.List;
import java.util.Optional;

/**
 * Where {@link SnapshotStore} keeps its files: a directory, or whatever else keeps whole files by name and lists them. Several processes
 * may use one place at a time.
 *
 * <h2>Thread safety</h2> Safe.
 */
public interface SnapshotPlace {
    /**
     * Puts a file there. Whoever reads it sees all of it or nothing.
     *
     * @throws dev.errata.failure.ErrataException FILE_NOT_WRITTEN
     */
    void write(String name, SafetensorsWriter tensors);

    /**
     * The file, or empty when it is not there. What was given back can be read to its end, whoever deletes the file meanwhile; on a disk
     * of other machines reading may fail instead.
     *
     * @throws dev.errata.failure.ErrataException SAFETENSORS_INVALID when it is no such file, {@link
     *     dev.errata.safetensors.FileUnreadable} when it cannot be read; FILE_NOT_WRITTEN when this process has no room to read it through;
     *     SNAPSHOTS_UNREACHABLE when nobody can say
     */
    Optional<Safetensors> read(String name);

    /**
     * The names of all files that are there.
     *
     * @throws dev.errata.failure.ErrataException SNAPSHOTS_UNREACHABLE
     */
    List<String> names();

    /**
     * Deletes a file; nothing happens when it is not there.
     *
     * @throws dev.errata.failure.ErrataException SNAPSHOTS_UNREACHABLE
     */
    void delete(String name);
}
