package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.experiment.TinyDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Benchmarks run and say what they were asked for; how fast they are is nobody's business here. */
class BenchCommandTest {
    @TempDir
    private Path directory;

    private Path model;
    private Path facts;
    private Path json;

    @BeforeEach
    void begin() throws IOException {
        model = TinyDirectory.in(directory);
        facts = directory.resolve("facts.jsonl");
        json = directory.resolve("bench.json");
        Files.writeString(facts, IntStream.range(0, 9)
                .mapToObj(i -> """
                        {"subject": "Country %d", "relation": "P36", "prompt": "The capital of {} is", "object": "Rome"}""".formatted(i))
                .collect(Collectors.joining("\n")));
    }

    @Test
    void shouldHoldErrataBesideTheReferencesWay() throws IOException {
        Ran ran = bench("edit", "--sizes", "1,2", "--json", json.toString());

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("edit: facts per second", "reference's way", "percent of matmul rate");
        JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.path("bench").textValue()).isEqualTo("edit");
        assertThat(report.path("machine").path("cores").asInt()).isPositive();
        assertThat(report.path("rows")).hasSize(2).allSatisfy(row -> {
            double ratio = row.path("facts_per_second").doubleValue() / row.path("reference_way_facts_per_second").doubleValue();
            assertThat(row.path("ratio").doubleValue()).isCloseTo(ratio, withinPercentage(1));
            assertThat(row.path("phases").path("targets").doubleValue()).isPositive();
            assertThat(row.path("needed_gflop_per_fact").doubleValue()).isPositive();
            assertThat(row.path("matmul_gflop_per_second").doubleValue()).isPositive();
            assertThat(row.path("reference_way_measured_facts").intValue()).isEqualTo(8);
        });
    }

    @Test
    void shouldMeasureTimeAndMemoryInAscendingOrder() throws IOException {
        Ran ran = bench("scale", "--sizes", "3,1", "--json", json.toString());

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        JsonNode rows = new ObjectMapper().readTree(json.toFile()).path("rows");
        assertThat(rows.findValues("n")).extracting(JsonNode::intValue).containsExactly(1, 3);
        assertThat(rows.get(1).path("seconds").doubleValue()).isPositive();
        assertThat(rows.get(1).has("ratio")).isFalse();
    }

    @Test
    void shouldSolveABlockOfTheSizeThatItIsGiven() throws IOException {
        Ran ran = bench("solve", "--sizes", "2", "--width", "16", "--key-width", "64", "--live", "3", "--json", json.toString());

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("one block of d 16, d_k 64, 3 live pairs");
        JsonNode row = new ObjectMapper().readTree(json.toFile()).path("rows").path(0);
        assertThat(row.path("difference").doubleValue()).isBetween(0.0, 1e-9);
        assertThat(bench("solve", "--key-width", "0").err()).contains("block: 4096 x 0");
    }

    @Test
    void shouldTakeTheFirstWritingForRevisionNought() throws IOException {
        Ran ran = bench("revisions", "--sizes", "0,1", "--json", json.toString());

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        JsonNode rows = new ObjectMapper().readTree(json.toFile()).path("rows");
        assertThat(rows.findValues("n")).extracting(JsonNode::intValue).containsExactly(0, 1);
        assertThat(bench("rebase", "--sizes", "0").err()).contains("--sizes: 0 (expected: 1 or more)");
        assertThat(bench("subjects").err()).contains("SETTING_INVALID: facts: no subject with");
    }

    @Test
    void shouldSayWhatIsWrongWhenMisused() {
        assertThat(bench("speed").err()).contains("NAME: \"speed\" (expected: one of [edit, scale, solve, stream");
        assertThat(bench("edit", "--sizes", "0").err()).contains("--sizes: 0");
        Ran few = bench("scale", "--sizes", "10");
        assertThat(few.exitCode()).isEqualTo(2);
        assertThat(few.err()).contains("SETTING_INVALID: facts: 9 (expected: 10");
    }

    private Ran bench(String... arguments) {
        List<String> all = new ArrayList<>(List.of("bench"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--model", model.toString(), "--data", directory.resolve("data").toString(), "--facts", facts.toString()));
        return Ran.errata(all.toArray(String[]::new));
    }
}
