package dev.errata.experiment;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.transformer.Devices;
import java.util.List;
import java.util.Map;

/** A benchmark's rows with what they were measured on. */
public record BenchReport(String bench, String model, Map<String, String> machine, List<BenchRow> rows) {
    public BenchReport {
        rows = List.copyOf(rows);
    }

    /** Of this machine, now. */
    public static BenchReport of(Bench bench, BenchContext context, List<BenchRow> rows) {
        Map<String, String> machine = Machine.describe();
        machine.put("engine", Machine.engine());
        machine.put("device", Devices.parse(context.settings().device()).toString());
        return new BenchReport(bench.name(), bench.model(context), machine, rows);
    }

    /** The report as JSON. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("bench", bench).put("model", model);
        machine.forEach(json.putObject("machine")::put);
        rows.forEach(row -> json.withArray("rows").add(row.json()));
        return json;
    }
}
