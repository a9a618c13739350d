package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What the service said when it refused a request: an RFC 9457 problem. */
final class ServiceProblem extends CliException {
    /** What is wrong with one item of a request that had many. */
    record Item(int index, String code, String detail) {}

    private final List<Item> items;

    private ServiceProblem(int exitCode, String message, List<Item> items) {
        super(exitCode, message);
        this.items = List.copyOf(items);
    }

    static ServiceProblem of(int status, JsonNode problem) {
        List<Item> items = new ArrayList<>();
        for (JsonNode item : problem.path("errors")) {
            items.add(new Item(item.path("index").asInt(), item.path("code").asText(), item.path("detail").asText()));
        }
        String code = problem.path("code").asText("HTTP " + status);
        String detail = problem.path("detail").asText(problem.path("title").asText("refused"));
        return new ServiceProblem(status >= 500 ? ExitCode.FAILED : ExitCode.BAD_INPUT, code + ": " + detail, items);
    }

    List<Item> items() {
        return items;
    }
}
