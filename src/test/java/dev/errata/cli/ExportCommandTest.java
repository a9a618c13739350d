package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.export.ShippedLine;
import dev.errata.stream.TestBroker;
import dev.errata.stream.TopicSettings;
import dev.errata.stream.Topics;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.TopicSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as they are typed, on a real broker. */
class ExportCommandTest {
    private static final String PREFIX = "errata.topics.prefix";
    private static final String MODEL = "errata.model.name";

    @TempDir
    private Path directory;

    private ShippedLine line;

    @BeforeEach
    void open() throws IOException {
        Topics topics = TestBroker.topics();
        System.setProperty(PREFIX, topics.prefix());
        System.setProperty(MODEL, "llama");
        TopicSetup.ensure(TestBroker.settings(), topics, new TopicSettings(true, 1, OptionalInt.empty()));
        line = new ShippedLine(directory.resolve("line"), "llama", topics, ClientFactory.of(TestBroker.settings())).story();
    }

    @AfterEach
    void close() {
        System.clearProperty(PREFIX);
        System.clearProperty(MODEL);
        line.close();
    }

    @Test
    void shouldShipCheckAndApply() throws IOException {
        Path deltas = directory.resolve("deltas");
        Path applied = directory.resolve("applied");
        Path whole = directory.resolve("whole");

        Ran exported = export("head", "delta", deltas);
        Ran verified = Ran.errata("verify", "--export", deltas.toString(), "--model", line.model.toString(), "--json", json().toString());
        Ran apply = Ran.errata("apply", deltas.toString(), "--model", line.model.toString(), "--out", applied.toString());
        Ran model = export("5", "safetensors", whole);

        assertThat(exported.exitCode()).as(exported.err()).isZero();
        assertThat(exported.out()).startsWith("written: " + deltas).contains("version 5, digest ", "3 deltas", "statement: SHA-256 ");
        assertThat(verified.out()).as(verified.err()).startsWith("model llama, version 5 as delta")
                .contains("every file is what its statement says");
        assertThat(new ObjectMapper().readTree(json().toFile()).path("findings")).isEmpty();
        assertThat(apply.out()).as(apply.err()).contains("3 deltas from version 1 on");
        assertThat(model.exitCode()).as(model.err()).isZero();
        assertThat(applied.resolve("model.safetensors")).hasSameBinaryContentAs(whole.resolve("model.safetensors"));
    }

    @Test
    void shouldFailWhenAnExportWasChanged() throws IOException {
        Path adapter = directory.resolve("adapter");
        assertThat(export("5", "peft", adapter).exitCode()).isZero();
        Files.writeString(adapter.resolve("README.md"), "Better.");

        Ran ran = Ran.errata("verify", "--export", adapter.toString());

        assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ran.out()).contains("README.md: SHA-256 ", "findings: 1");
    }

    @Test
    void shouldSayWhatCannotBeShipped() {
        Ran unknown = export("9", "peft", directory.resolve("x"));
        Ran tag = export("nobody", "peft", directory.resolve("x"));
        Ran unreadable = export("..", "peft", directory.resolve("x"));
        Ran taken = export("1", "peft", line.model);

        assertThat(unknown.err()).contains("VERSION_UNKNOWN: version: 9 (expected: 0 to 5)");
        assertThat(tag.err()).contains("TAG_UNKNOWN");
        assertThat(unreadable.err()).contains("REQUEST_INVALID");
        assertThat(unreadable.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(taken.err()).contains("FILE_NOT_WRITTEN");
    }

    private Path json() {
        return directory.resolve("report.json");
    }

    private Ran export(String ref, String format, Path out) {
        return Ran.errata(
                "export", ref, "--format", format, "--out", out.toString(), "--model", line.model.toString(), "--bootstrap-servers",
                TestBroker.settings().bootstrapServers());
    }
}
