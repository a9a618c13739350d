package dev.errata.safetensors;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;

/**
 * A file could not be read: no permission, no descriptor left, a disk that fails. It says nothing about what the file holds, which whoever
 * would throw away a damaged one has to know.
 */
public final class FileUnreadable extends ErrataException {
    FileUnreadable(String file, IOException cause) {
        super(Failure.SAFETENSORS_INVALID, file + ": cannot be read: " + cause + " (expected: a readable file)", cause);
    }
}
