package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What the service said when it refused a request: an RFC 9457 problem. */
final class ServiceProblem extends CliException {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

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
        String hint = status == UNAUTHORIZED ? "; give your key by ERRATA_API_KEY or --api-key" : "";
        return new ServiceProblem(exitCode(status), code + ": " + detail + hint, items);
    }

    private static int exitCode(int status) {
        if (status == UNAUTHORIZED || status == FORBIDDEN) {
            return ExitCode.DENIED;
        }
        return status >= 500 ? ExitCode.FAILED : ExitCode.BAD_INPUT;
    }

    List<Item> items() {
        return items;
    }
}
