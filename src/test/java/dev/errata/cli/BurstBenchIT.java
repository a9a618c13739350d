package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small burst through the real thing: every change is counted; how fast is for the benchmark to say. */
class BurstBenchIT {
    @TempDir
    private Path directory;

    @Test
    void shouldTakeEveryChangeInOnce() throws IOException {
        Path json = directory.resolve("burst.json");

        Ran ran = Ran.errata("bench", "burst", "--sizes", "5000", "--json", json.toString());

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        JsonNode row = new ObjectMapper().readTree(json.toFile()).path("rows").path(0);
        // Each hundredth from the 2,100th on comes for the second time.
        assertThat(row.path("duplicates").asInt()).isEqualTo(29);
        assertThat(row.path("sealed_facts").asInt()).isEqualTo(5000 - 29);
        assertThat(row.path("peak_heap_bytes").asLong()).isPositive();
        assertThat(row.path("facts_per_second").asDouble()).isPositive();
    }
}
