package dev.errata.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class BenchRowTest {
    @Test
    void shouldHaveTheNamesThatReadersRelyOn() {
        BenchRow row = new BenchRow(
                64, 12, OptionalDouble.of(0.5), Map.of("targets", 5.00004), Map.of("reference_way_measured_facts", 8.0));

        BenchReport report = new BenchReport("edit", "tiny", Map.of("cpu", "some"), List.of(row));

        assertThat(report.json().toString()).isEqualTo("{\"bench\":\"edit\",\"model\":\"tiny\",\"machine\":{\"cpu\":\"some\"},\"rows\":["
                + "{\"n\":64,\"facts_per_second\":12.0,\"reference_way_facts_per_second\":0.5,\"ratio\":24.0,"
                + "\"phases\":{\"targets\":5.0},\"reference_way_measured_facts\":8}]}");
    }

    @Test
    void shouldHaveNoRatioWhenNothingWasComparedAndKeepSmallNumbers() {
        BenchRow row = new BenchRow(1, 0.000123456, OptionalDouble.empty(), Map.of(), Map.of());

        assertThat(row.json().toString()).isEqualTo("{\"n\":1,\"facts_per_second\":1.2346E-4,\"phases\":{}}");
    }
}
