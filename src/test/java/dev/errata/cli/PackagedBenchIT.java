package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.experiment.TinyDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks that become the service, in a process of its own, from the packaged application. */
class PackagedBenchIT {
    private static final Path APPLICATION = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final int SECONDS_MAX = 180;

    @TempDir
    private Path directory;

    @Test
    void shouldBringEveryFactToItsOutcomeThroughBrokerAndService() throws Exception {
        Path json = directory.resolve("stream.json");

        String output = run("bench", "stream", "--sizes", "6", "--model", TinyDirectory.in(directory).toString(),
                "--facts", facts(24).toString(), "--json", json.toString());

        JsonNode row = new ObjectMapper().readTree(json.toFile()).path("rows").path(0);
        assertThat(row.path("n").intValue()).as(output).isEqualTo(6);
        assertThat(row.path("applied").intValue() + row.path("not_applied").intValue()).isEqualTo(6);
        assertThat(row.path("applied").intValue()).isEqualTo(6);
        assertThat(row.path("facts_per_second").doubleValue()).isPositive();
        assertThat(row.path("latency_p50_seconds").doubleValue()).isBetween(0.0, row.path("latency_p99_seconds").doubleValue());
        assertThat(row.path("paced_latency_p99_seconds").doubleValue()).isPositive();
    }

    @Test
    void shouldMakeAnIndexOfALogAndAnswerFromItInProcessAndByRest() throws Exception {
        Path json = directory.resolve("history.json");

        String output = run(
                "bench", "history", "--sizes", "220", "--model", TinyDirectory.in(directory).toString(), "--json", json.toString());

        JsonNode row = new ObjectMapper().readTree(json.toFile()).path("rows").path(0);
        assertThat(row.path("n").intValue()).as(output).isEqualTo(220);
        // Versions, evaluations, three announcements, and the outcomes.
        assertThat(row.path("records").intValue()).isEqualTo(220 + 220 + 3 + row.path("outcomes").intValue());
        assertThat(row.path("rebuild_records_per_second").doubleValue()).isPositive();
        assertThat(row.path("why_p99_seconds").doubleValue()).isPositive();
        assertThat(row.path("http_diff_any_p99_seconds").doubleValue()).isPositive();
    }

    private Path facts(int count) throws IOException {
        return Files.writeString(directory.resolve("facts.jsonl"), IntStream.range(0, count)
                .mapToObj(i -> """
                        {"subject": "Country %d", "relation": "P36", "prompt": "The capital of {} is", "object": "Rome"}""".formatted(i))
                .collect(Collectors.joining("\n")));
    }

    /** @return all that it printed, once it has ended well */
    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dai.djl.offline=true", "-Dai.djl.pytorch.num_threads=1",
                "-Derrata.batch.max-age=200ms", "-jar", APPLICATION.toString()));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("OPT_OUT_TRACKING", "true");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).as(Files.readString(output)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
            return Files.readString(output);
        } finally {
            process.destroyForcibly();
        }
    }
}
