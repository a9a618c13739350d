package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code serve} decides before it starts anything. */
class ServeCommandTest {
    @TempDir
    private Path directory;

    private final Map<Object, Object> before = new HashMap<>();

    /** Other tests of this run may have left settings of theirs. */
    @BeforeEach
    void keep() {
        before.putAll(System.getProperties());
        System.getProperties().keySet().removeIf(name -> name.toString().startsWith("errata."));
    }

    @AfterEach
    void restore() {
        System.getProperties().keySet().removeIf(name -> !before.containsKey(name));
        System.getProperties().putAll(before);
    }

    @Test
    void shouldTellInOneLineWhenTheModelIsNotThere() {
        Ran ran = Ran.errata("serve", "--model", directory.toString());

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).isEqualTo("errata: model: no config.json in " + directory + " (expected: a Hugging Face directory)\n");
    }

    @Test
    void shouldShowWhereItHappenedWhenAskedTo() {
        Ran ran = Ran.errata("serve", "--model", directory.toString(), "-v");

        assertThat(ran.err()).contains("\tat dev.errata.cli.ServeCommand");
    }

    @Test
    void shouldTellInOneLineWhenASettingCannotHaveItsValue() {
        Ran ran = Ran.errata("serve", "--roles", "worker,cook");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).startsWith("errata: ").contains("cook").hasLineCount(1);
    }

    @Test
    void shouldKnowWhetherTheBrokerWasChosen() {
        assertThat(Configured.now().isChosen(Configured.BOOTSTRAP_SERVERS)).isFalse();

        System.setProperty(Configured.BOOTSTRAP_SERVERS, "localhost:9092");

        assertThat(Configured.now().isChosen(Configured.BOOTSTRAP_SERVERS)).isTrue();
    }

    @Test
    void shouldGiveTheCodedCauseWhenTheStartFails() {
        ErrataException coded = new ErrataException(Failure.SAFETENSORS_INVALID, "model.safetensors: 3 bytes", new IOException("short"));

        StartFailure failure = StartFailure.of(new RuntimeException("Failed to start quarkus", new IllegalStateException(coded)));

        assertThat(failure).hasMessage("SAFETENSORS_INVALID: model.safetensors: 3 bytes");
        assertThat(failure.exitCode()).isEqualTo(2);
    }

    @Test
    void shouldGiveTheFirstCauseWhenNoneHasACode() {
        StartFailure failure = StartFailure.of(new RuntimeException("Failed to start quarkus", new IOException("port 8080 is taken")));

        assertThat(failure).hasMessage("the service did not start: java.io.IOException: port 8080 is taken");
        assertThat(failure.exitCode()).isEqualTo(1);
    }

    @Test
    void shouldTellAnUnreachableLogFromABadSetting() {
        assertThat(StartFailure.of(new ErrataException(Failure.LOG_UNREACHABLE, "no broker")).exitCode()).isEqualTo(3);
    }
}
