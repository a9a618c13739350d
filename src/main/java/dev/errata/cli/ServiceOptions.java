package dev.errata.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which service a command talks to; mixed into every client command. */
final class ServiceOptions {
    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:ERRATA_URL:-http://127.0.0.1:8080}",
            description = "Where the service answers; also ERRATA_URL in the environment. Default: ${DEFAULT-VALUE}.")
    private String url;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            defaultValue = "${env:ERRATA_API_KEY}",
            description = "API key or OIDC access token, where the service wants one. Better ERRATA_API_KEY in the environment: others on"
                    + " this machine see command lines.")
    private String apiKey;

    ServiceClient client() {
        try {
            URI uri = new URI(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return new ServiceClient(uri, credential());
            }
        } catch (URISyntaxException e) {
            throw new ParameterException(command.commandLine(), "--url: " + e.getMessage(), e);
        }
        throw new ParameterException(command.commandLine(), "--url: \"" + url + "\" (expected: http://HOST:PORT)");
    }

    private Optional<String> credential() {
        Optional<String> given = Optional.ofNullable(apiKey).map(String::strip).filter(key -> !key.isEmpty());
        if (given.isPresent() && !given.get().chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw new ParameterException(command.commandLine(), "--api-key: not one (expected: printable ASCII without spaces)");
        }
        return given;
    }
}
