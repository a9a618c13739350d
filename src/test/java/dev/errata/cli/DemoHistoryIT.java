package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code errata demo history} on the bundled model, from the packaged application: all that can be done with versions, by commands. */
class DemoHistoryIT {
    private static final int MINUTES_MAX = 8;

    @TempDir
    private Path directory;

    @Test
    void shouldHoldEveryStep() throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx2g", "-Dai.djl.offline=true",
                        "-Derrata.home=.", "-jar", Path.of("target", "quarkus-app", "quarkus-run.jar").toString(), "demo", "history"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("OPT_OUT_TRACKING", "true");
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
            String said = Files.readString(output);

            assertThat(ended).as(said).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said).contains("Every step held.").doesNotContain("[FAIL]");
            assertThat(said.lines().filter(line -> line.contains("[ok]"))).as(said).hasSizeGreaterThan(30);
        } finally {
            process.destroyForcibly();
        }
    }
}
