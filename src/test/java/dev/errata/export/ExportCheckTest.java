package dev.errata.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.Digest;
import dev.errata.export.Statement.BuildDefinition;
import dev.errata.export.Statement.Predicate;
import dev.errata.export.Statement.Resource;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An export, and what can be wrong with it. */
class ExportCheckTest {
    @TempDir
    private static Path shared;

    @TempDir
    private Path directory;

    private static ShippedLine line;
    private static Exporter exporter;

    @BeforeAll
    static void write() throws IOException {
        line = new ShippedLine(shared, "gpt2").story();
        exporter = new Exporter(line.read(), line.base());
    }

    @AfterAll
    static void close() {
        line.close();
    }

    private Path export(Format format) {
        Path out = directory.resolve(format.toString());
        exporter.write(new ExportRequest(5, format, OptionalDouble.empty(), false, "errata/base", "errata test"), out);
        return out;
    }

    private static List<String> findings(Path export) {
        return ExportCheck.of(export, Optional.of(line.model)).findings();
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void shouldFindNothingWhereAllIsAsItWasWritten(Format format) {
        ExportCheck.Report report = ExportCheck.of(export(format), Optional.of(line.model));

        assertThat(report.findings()).isEmpty();
        assertThat(report).extracting(ExportCheck.Report::model, ExportCheck.Report::version, ExportCheck.Report::format)
                .containsExactly("gpt2", "5", format.toString());
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void shouldFindAnAlteredByteInEveryFile(Format format) throws IOException {
        Path export = export(format);
        for (Path file : files(export)) {
            byte[] bytes = Files.readAllBytes(file);
            for (int at : new int[] {0, bytes.length / 2, bytes.length - 1}) {
                byte[] altered = bytes.clone();
                altered[at] ^= 1;
                Files.delete(file);
                Files.write(file, altered);
                if (file.endsWith(Statement.FILE)) {
                    assertThatThrownBy(() -> findings(export))
                            .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.EXPORT_INVALID));
                } else {
                    assertThat(findings(export)).as(file + " at " + at)
                            .anyMatch(line -> line.startsWith(file.getFileName() + ": SHA-256 "));
                }
            }
            Files.delete(file);
            Files.write(file, bytes);
        }
        assertThat(findings(export)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void shouldFindWhatIsMissingOrTooMuch(Format format) throws IOException {
        Path export = export(format);
        Path other = Files.createDirectories(export.resolve("more")).resolve("file.txt");
        Files.writeString(other, "more");
        assertThat(findings(export)).containsExactly("more/file.txt: not in the statement (expected: no other file)");
        Files.delete(other);
        for (Path file : files(export)) {
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            if (file.endsWith(Statement.FILE)) {
                assertThatThrownBy(() -> findings(export)).isInstanceOf(ErrataException.class);
            } else {
                assertThat(findings(export)).anyMatch(line -> line.startsWith(file.getFileName() + ": missing"));
            }
            Files.write(file, bytes);
        }
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void shouldFindLinksInItAndTakeALinkToIt(Format format) throws IOException {
        Path export = export(format);
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        assertThat(findings(Files.createSymbolicLink(directory.resolve("link"), export))).isEmpty();

        Path linked = Files.createSymbolicLink(export.resolve("more"), elsewhere);
        assertThat(findings(export)).containsExactly("more: not in the statement (expected: no other file)");
        Files.delete(linked);
        for (Path file : files(export)) {
            String name = file.getFileName().toString();
            Path moved = Files.move(file, elsewhere.resolve(name));
            Files.createSymbolicLink(file, moved);
            assertThat(findings(export)).contains(name + ": no regular file (expected: one)");
            Files.delete(file);
            if (!name.equals(Statement.FILE)) {
                Files.createSymbolicLink(file, directory.resolve("nowhere"));
                assertThat(findings(export)).contains(name + ": no regular file (expected: one)");
                Files.delete(file);
            }
            Files.move(moved, file);
        }
        assertThat(findings(export)).isEmpty();
        assertThatThrownBy(() -> findings(directory.resolve("nowhere")))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.EXPORT_INVALID));
    }

    /** Somebody who seals a statement anew can say what they like of files; not of the weights in them. */
    @ParameterizedTest
    @EnumSource(Format.class)
    void shouldFindAStatementThatWasSealedAnewForAnotherVersion(Format format) throws IOException {
        Path export = export(format);
        reseal(export, statement -> {
            BuildDefinition was = statement.predicate().buildDefinition();
            ObjectNode asked = was.externalParameters().deepCopy().put(ExportCheck.DIGEST, "1".repeat(64));
            return with(statement, statement.subject(),
                    new BuildDefinition(was.buildType(), asked, was.internalParameters(), was.resolvedDependencies()));
        });

        assertThat(findings(export)).singleElement().asString().contains("1".repeat(64));
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void shouldFindAnotherBaseModel(Format format) throws IOException {
        Path export = export(format);
        reseal(export, statement -> {
            BuildDefinition was = statement.predicate().buildDefinition();
            List<Resource> from = new ArrayList<>(was.resolvedDependencies());
            from.replaceAll(one -> one.name().equals(Statement.BASE) ? Resource.file(Statement.BASE, "1".repeat(64)) : one);
            return with(statement, statement.subject(),
                    new BuildDefinition(was.buildType(), was.externalParameters(), was.internalParameters(), from));
        });

        assertThat(findings(export)).singleElement().asString().startsWith("base model: ");
        assertThat(ExportCheck.of(export, Optional.empty()).findings()).isEmpty();
    }

    /** The weights are another model's, and all digests of files say so too. */
    @ParameterizedTest
    @EnumSource(value = Format.class, names = "SAFETENSORS")
    void shouldFindWeightsThatAreNotTheVersions(Format format) throws IOException {
        Path export = export(format);
        Path file = export.resolve("model.safetensors");
        String name = "transformer.h.0.mlp.c_proj.weight";
        Safetensors whole = Safetensors.parse(Files.readAllBytes(file), "whole");
        SafetensorsWriter writer = new SafetensorsWriter();
        whole.metadata().forEach(writer::metadata);
        whole.names().forEach(one -> {
            float[] values = one.equals(name) ? whole.floats(one) : new float[0];
            if (one.equals(name)) {
                values[0] += 1;
                writer.floats(one, whole.shape(one), values);
            } else {
                writer.copy(whole, one);
            }
        });
        Files.delete(file);
        writer.write(file);
        reseal(export, statement -> {
            List<Resource> subject = new ArrayList<>(statement.subject());
            subject.replaceAll(one -> one.name().equals("model.safetensors") ? Resource.file(one.name(), Digest.sha256(file)) : one);
            return with(statement, subject, statement.predicate().buildDefinition());
        });

        assertThat(findings(export)).hasSize(2).anyMatch(line -> line.startsWith(name + ": SHA-256 "))
                .anyMatch(line -> line.startsWith("digest of the edited tensors: "));
    }

    private static Statement with(Statement statement, List<Resource> subject, BuildDefinition definition) {
        return new Statement(
                statement.type(), subject, statement.predicateType(), new Predicate(definition, statement.predicate().runDetails()));
    }

    private static void reseal(Path export, UnaryOperator<Statement> change) throws IOException {
        Path file = export.resolve(Statement.FILE);
        byte[] bytes = StatementCodec.encode(change.apply(StatementCodec.decode(Files.readAllBytes(file))));
        assertThat(new String(bytes, StandardCharsets.UTF_8)).isNotEqualTo(Files.readString(file));
        Files.write(file, bytes);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
