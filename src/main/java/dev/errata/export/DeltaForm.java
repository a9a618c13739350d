package dev.errata.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.Delta;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/** A file for each version of the path, or for the last alone. */
record DeltaForm(Path directory, ExportRequest request) implements Form {
    @Override
    public void delta(Version version, byte[] payload, Delta delta) throws IOException {
        if (!request.only() || version.number() == request.version()) {
            Files.write(directory.resolve(DeltaFile.name(version.number())), DeltaFile.encode(version, payload));
        }
    }

    @Override
    public void finish(SortedMap<String, EditedTensor> weights, ObjectNode told) {
        // All was written as it went by.
    }

    @Override
    public Loading loading() {
        return new Loading("errata", "adapter", "sh", List.of("errata apply . --model BASE --out EDITED"));
    }

    @Override
    public List<String> remarks() {
        return List.of(
                "Each file holds one version's change and its record, with the digest of every tensor before and after; `errata apply`"
                        + " checks them.");
    }
}
