package dev.errata.api.access;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which role each request needs: the whole of it. What has no row is nobody's, so a new resource is unreachable on a secured service
 * until somebody decides here who may use it.
 *
 * <p>Paths must match to the letter, apart from what stands below {@code /versions/}: a spelling that a router might still accept
 * (a second slash, a parameter after a semicolon) has no row.
 */
final class AccessTable {
    /** One version, or two of them to be compared. */
    private static final Pattern BELOW_VERSIONS = Pattern.compile("/versions/[^/;]*(/diff/[^/;]+)?");

    private static final Map<String, AccessRole> ROWS = Map.ofEntries(
            Map.entry("GET /ask", AccessRole.READER),
            Map.entry("POST /ask", AccessRole.READER),
            Map.entry("GET /ask/versions", AccessRole.READER),
            Map.entry("POST /ask/versions", AccessRole.READER),
            Map.entry("GET /versions", AccessRole.READER),
            Map.entry("GET /log", AccessRole.READER),
            Map.entry("GET /why", AccessRole.READER),
            Map.entry("GET /outcomes", AccessRole.READER),
            Map.entry("GET /status", AccessRole.READER),
            Map.entry("GET /audit", AccessRole.READER),
            Map.entry("GET /tags", AccessRole.READER),
            Map.entry("GET /q/openapi", AccessRole.READER),
            Map.entry("POST /facts", AccessRole.PUBLISHER),
            Map.entry("POST /flush", AccessRole.OPERATOR),
            Map.entry("POST /rollback", AccessRole.OPERATOR),
            Map.entry("POST /rebase", AccessRole.OPERATOR),
            Map.entry("POST /release", AccessRole.OPERATOR),
            Map.entry("POST /reject", AccessRole.OPERATOR),
            Map.entry("POST /tags", AccessRole.OPERATOR),
            Map.entry("POST /pause", AccessRole.OPERATOR),
            Map.entry("POST /retract", AccessRole.OPERATOR),
            Map.entry("POST /branches", AccessRole.OPERATOR),
            Map.entry("POST /resume", AccessRole.OPERATOR));

    /** What machines ask that look after the process. */
    private static final Set<String> PROBES =
            Set.of("/readyz", "/q/health", "/q/health/live", "/q/health/ready", "/q/health/started", "/q/health/well", "/q/metrics");

    private AccessTable() {}

    /** The role that a request needs; empty where there is no row for it. */
    static Optional<AccessRole> role(String method, String path) {
        String asked = method.equals("HEAD") ? "GET" : method;
        boolean version = BELOW_VERSIONS.matcher(path).matches();
        if (asked.equals("GET") && (version || isProbe(path))) {
            return Optional.of(AccessRole.READER);
        }
        return Optional.ofNullable(ROWS.get(asked + " " + path));
    }

    static boolean isProbe(String path) {
        return PROBES.contains(path);
    }
}
