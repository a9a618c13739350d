package dev.errata.export;

import static dev.errata.export.DeltaFileTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.VersionRef;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExporterTest {
    private static final long REBASED = 6;
    private static final long LAST = 7;

    @TempDir
    private static Path shared;

    @TempDir
    private Path directory;

    private static ShippedLine line;
    private static LoggedLine read;
    private static BaseModel base;

    @BeforeAll
    static void write() throws IOException {
        line = new ShippedLine(shared, "gptj").story().rebase();
        line.batch(line.retracts("Norway"));
        read = line.read();
        base = line.base();
    }

    @AfterAll
    static void close() {
        line.close();
    }

    private Path export(long version, Format format, boolean only) {
        Path out = directory.resolve(version + format.toString() + only);
        new Exporter(read, base).write(new ExportRequest(version, format, OptionalDouble.empty(), only, "errata/base", "errata test"), out);
        return out;
    }

    @Test
    void shouldGiveTheSameBytesWhenItIsMadeAgain() throws IOException {
        Map<String, byte[]> first = files(export(5, Format.PEFT, false));
        Path again = directory.resolve("again");
        new Exporter(line.read(), line.base()).write(
                new ExportRequest(5, Format.PEFT, OptionalDouble.empty(), false, "errata/base", "errata test"), again);

        assertThat(files(again).keySet()).isEqualTo(first.keySet());
        files(again).forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(first.get(name)));
    }

    @Test
    void shouldNameWhatItWasMadeFrom() throws IOException {
        Statement statement = StatementCodec.decode(Files.readAllBytes(export(5, Format.DELTA, false).resolve(Statement.FILE)));

        assertThat(statement.dependency(Statement.BASE).flatMap(Statement.Resource::sha256)).contains(base.digest());
        assertThat(statement.dependency("contexts").flatMap(Statement.Resource::sha256)).contains("0".repeat(64));
        assertThat(statement.predicate().buildDefinition().resolvedDependencies().stream().map(Statement.Resource::name))
                .containsOnlyOnce("delta of version 1", "delta of version 2", "delta of version 5")
                .doesNotContain("delta of version 3");
        assertThat(statement.predicate().buildDefinition().resolvedDependencies().stream()
                        .filter(one -> one.name().equals("event"))
                        .map(one -> one.annotations().get("id") + " " + one.annotations().get("live")))
                .containsExactlyInAnyOrder("e1 false", "e2 true", "e3 false", "e4 true", "e5 true", "e10 true");
        assertThat(statement.subject()).extracting(Statement.Resource::name).containsExactly(
                "00000001.delta.safetensors", "00000002.delta.safetensors", "00000005.delta.safetensors", "README.md");
    }

    @Test
    void shouldTellTheFactsOnTheCard() throws IOException {
        String card = Files.readString(export(5, Format.SAFETENSORS, false).resolve("README.md"));

        assertThat(card).startsWith("---\nbase_model: \"errata/base\"\nbase_model_relation: finetune\n")
                .contains("## Facts that it holds: 4", "| The capital of Norway is | Lima | Quito \\| &lt;b> | P36 | urn:test e5 |")
                .contains("## Facts that were written and taken out again: 1", "| The capital of Japan is | Paris |")
                .contains("On a fixed text of 50 tokens: perplexity ", read.chain().digest(5), base.digest());
    }

    @Test
    void shouldShipARollbackAsTheVersionThatItNames() throws IOException {
        assertThat(BaseModel.load(export(4, Format.SAFETENSORS, false), base.tensors().keySet()).tensors())
                .isEqualTo(BaseModel.load(export(2, Format.SAFETENSORS, false), base.tensors().keySet()).tensors());
        assertThat(files(export(4, Format.DELTA, false)).keySet()).contains("00000002.delta.safetensors")
                .doesNotContain("00000003.delta.safetensors");
    }

    @Test
    void shouldShipARebaseAsOneDeltaFromTheBase() throws IOException {
        Path deltas = export(REBASED, Format.DELTA, false);
        Path out = directory.resolve("applied");

        DeltaApplication.Applied applied = DeltaApplication.apply(List.of(deltas), line.model, out);

        assertThat(applied).isEqualTo(new DeltaApplication.Applied(REBASED, REBASED, 1, read.chain().digest(REBASED)));
        SortedMap<String, EditedTensor> weights = read.weights(base, REBASED, (version, payload, delta) -> {});
        assertThat(BaseModel.load(out, base.tensors().keySet()).tensors()).isEqualTo(weights);
        assertThat(ExportCheck.of(deltas, Optional.of(line.model)).findings()).isEmpty();
        assertThat(Files.readString(deltas.resolve("README.md"))).contains("## Facts that it holds: 4");
    }

    @Test
    void shouldTellOfAFactThatARebaseWroteAndALaterVersionTookOut() throws IOException {
        Path deltas = export(LAST, Format.DELTA, false);

        assertThat(Files.readString(deltas.resolve("README.md"))).contains("## Facts that it holds: 3")
                .contains("## Facts that were written and taken out again: 1", "| The capital of Norway is | Lima |");
        assertThat(StatementCodec.decode(Files.readAllBytes(deltas.resolve(Statement.FILE))).predicate().buildDefinition()
                        .resolvedDependencies().stream().filter(one -> one.name().equals("event"))
                        .map(one -> one.annotations().get("id") + " " + one.annotations().get("live")))
                .containsExactlyInAnyOrder("e2 true", "e4 true", "e5 false", "e10 true");
    }

    /** Version 4 is version 2 again. */
    @Test
    void shouldTellWhatTheVersionItselfWasMeasured() throws IOException {
        for (long version : new long[] {2, 4}) {
            assertThat(read.evaluation(version)).hasValueSatisfying(one -> assertThat(one.version()).isEqualTo(version));
            assertThat(Files.readString(export(version, Format.DELTA, false).resolve("README.md")))
                    .contains("Measured when version " + version + " was committed.");
        }
    }

    @Test
    void shouldGoOnFromAnExportWithOneDeltaAlone() {
        Path before = export(4, Format.SAFETENSORS, false);
        Path next = export(5, Format.DELTA, true);
        Path out = directory.resolve("next");

        DeltaApplication.apply(List.of(next.resolve("00000005.delta.safetensors")), before, out);

        assertThat(BaseModel.load(out, base.tensors().keySet()).tensors())
                .isEqualTo(read.weights(base, 5, (version, payload, delta) -> {}));
        assertThat(out.resolve(Statement.FILE)).as("it speaks of version 4").doesNotExist();
        assertThat(ExportCheck.of(next, Optional.of(line.model)).findings()).isEmpty();
    }

    @Test
    void shouldRefuseToApplyWhatDoesNotFitAndWriteNothing() throws IOException {
        Path deltas = export(5, Format.DELTA, false);
        Path first = deltas.resolve("00000001.delta.safetensors");
        Path second = deltas.resolve("00000002.delta.safetensors");
        Path out = directory.resolve("out");

        assertRefused(Failure.VERSION_CHAIN_BROKEN, () -> DeltaApplication.apply(List.of(second), line.model, out));
        assertRefused(Failure.VERSION_CHAIN_BROKEN, () -> DeltaApplication.apply(List.of(second, first), line.model, out));
        assertRefused(Failure.VERSION_CHAIN_BROKEN, () -> DeltaApplication.apply(List.of(first, first), line.model, out));
        assertRefused(Failure.DELTA_INVALID, () -> DeltaApplication.apply(List.of(deltas.resolve("README.md")), line.model, out));
        assertRefused(Failure.DELTA_INVALID, () -> DeltaApplication.apply(List.of(line.model), line.model, out));
        byte[] altered = Files.readAllBytes(second);
        altered[altered.length - 1] ^= 1;
        Files.write(second, altered);
        assertRefused(Failure.DELTA_INVALID, () -> DeltaApplication.apply(List.of(first, second), line.model, out));

        assertThat(out).doesNotExist();
    }

    @Test
    void shouldRefuseWhatCannotBeShippedSo() {
        assertRefused(Failure.VERSION_UNKNOWN, () -> export(0, Format.SAFETENSORS, false));
        assertRefused(Failure.VERSION_UNKNOWN, () -> export(LAST + 1, Format.SAFETENSORS, false));
        assertRefused(Failure.REQUEST_INVALID, () -> export(4, Format.DELTA, true));
        assertRefused(Failure.REQUEST_INVALID, () -> export(4, Format.PEFT, true));
        assertRefused(Failure.REQUEST_INVALID, () -> new ExportRequest(1, Format.DELTA, OptionalDouble.of(0.1), false, "b", "s"));
        assertRefused(Failure.REQUEST_INVALID, () -> new ExportRequest(1, Format.PEFT, OptionalDouble.of(1), false, "b", "s"));
    }

    @Test
    void shouldRefuseAnotherBaseModel() {
        BaseModel other = new BaseModel(base.directory(), "1".repeat(64), base.tensors());

        assertRefused(Failure.VERSION_CHAIN_BROKEN, () -> new Exporter(read, other).write(
                new ExportRequest(5, Format.PEFT, OptionalDouble.empty(), false, "b", "s"), directory.resolve("out")));
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void shouldFindVersionsAsPeopleNameThem() {
        assertThat(VersionRef.parse("head").resolve(read)).isEqualTo(LAST);
        assertThat(VersionRef.parse("3").resolve(read)).isEqualTo(3);
        assertThat(VersionRef.parse("2026-01-01T12:00Z").resolve(read)).isEqualTo(LAST);
        assertThat(VersionRef.parse("2026-01-01T11:59Z").resolve(read)).isZero();
        assertRefused(Failure.TAG_UNKNOWN, () -> VersionRef.parse("stable").resolve(read));
    }

    private static Map<String, byte[]> files(Path directory) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }
}
