package dev.errata.export;

import static dev.errata.export.ExportRequest.require;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.Digest;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Version;
import dev.errata.delta.VersionChain;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Ships a version: makes its weights from the log, each step proven, and writes a directory of files with a card and a statement. The
 * directory appears whole or not at all.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public record Exporter(LoggedLine line, BaseModel base) {
    /**
     * What was written.
     *
     * @param held why the version was not announced by itself
     * @param statement SHA-256 of the statement's file, to be kept elsewhere or signed
     */
    public record Exported(long version, String digest, int deltas, Optional<String> held, String statement) {}

    /**
     * @throws ErrataException REQUEST_INVALID or VERSION_UNKNOWN for a version that cannot be shipped so; VERSION_CHAIN_BROKEN when the
     *     base is another model, or what the log holds does not give the version; CHUNK_INVALID, DELTA_INVALID, FILE_NOT_WRITTEN
     */
    public Exported write(ExportRequest request, Path out) {
        WholeDirectory.requireFree(out);
        Version version = line.chain().get(request.version());
        require(
                !request.only() || DeltaFile.ref(version).isPresent(),
                "version " + request.version() + ": it has no delta of its own", "one that has");
        List<Version> path = line.chain().path(request.version());
        require(request.format() != Format.DELTA || !path.isEmpty(), "deltas of version " + request.version() + ": none", "edits");
        String made = version.provenance().base();
        if (!made.equals(base.digest())) {
            String found = "base model: " + base.digest() + " (expected: " + made + ", of which version " + version.number() + " was made)";
            throw new ErrataException(Failure.VERSION_CHAIN_BROKEN, found);
        }
        List<Version> shipped = request.only() ? List.of(version) : path;
        String[] statement = new String[1];
        WholeDirectory.make(out, directory -> statement[0] = fill(directory, request, version, shipped));
        return new Exported(version.number(), version.digest(), shipped.size(), held(version), statement[0]);
    }

    static Optional<String> held(Version version) {
        return version.held().map(why -> why.code() + ": " + why.message());
    }

    private String fill(Path directory, ExportRequest request, Version version, List<Version> shipped) throws IOException {
        Form form = switch (request.format()) {
            case SAFETENSORS -> new ModelForm(base, directory);
            case PEFT -> new AdapterForm(base, directory, request, version.digest());
            case DELTA -> new DeltaForm(directory, request);
        };
        SortedMap<String, EditedTensor> weights;
        try {
            weights = line.weights(base, version.number(), (of, payload, delta) -> {
                try {
                    form.delta(of, payload, delta);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        VersionChain chain = line.chain();
        ObjectNode tensors = told.putObject(ExportCheck.TENSORS);
        chain.tensors(version.number()).forEach(tensors::put);
        form.finish(weights, told);
        Claims claims = Claims.of(chain, version.number(), shipped);
        ModelCard card = new ModelCard(
                version.model(), version.number(), version.digest(), request.baseName(), base.digest(), claims.in(), claims.out(),
                line.evaluation(version.number()), held(version), chain.tensors(version.number()), form.loading(), form.remarks());
        // The base's own card was copied with its permissions, which may allow no writing.
        Files.deleteIfExists(directory.resolve(ModelCard.FILE));
        Files.writeString(directory.resolve(ModelCard.FILE), card.text());
        byte[] statement = StatementCodec.encode(Origins.statement(directory, request, version, shipped, claims, told));
        Files.write(directory.resolve(Statement.FILE), statement);
        return Digest.sha256(statement);
    }
}
