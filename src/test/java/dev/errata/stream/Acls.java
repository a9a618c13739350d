package dev.errata.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** What {@code deploy/acls.sh} gives each role: the script itself is run, with echo in place of kafka-acls. */
public final class Acls {
    public static final List<String> ROLES = List.of("service", "reader", "publisher", "operator");

    private Acls() {}

    /** The rights of a role for a principal of the same name. */
    public static List<AclBinding> of(String role, ModelLine line) {
        return commands(role, line).stream().flatMap(command -> bindings(command).stream()).toList();
    }

    private static List<List<String>> commands(String role, ModelLine line) {
        ProcessBuilder script = new ProcessBuilder("bash", "deploy/acls.sh", role, role, "--", "--bootstrap-server", "there")
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        script.environment().put("KAFKA_ACLS", "echo");
        script.environment().put("ERRATA_MODEL_NAME", line.model());
        script.environment().put("ERRATA_TOPICS_PREFIX", line.topics().prefix());
        try {
            Process process = script.start();
            String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("deploy/acls.sh " + role + ": " + process.exitValue());
            }
            return told.lines().map(command -> List.of(command.split(" "))).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<AclBinding> bindings(List<String> command) {
        if (!command.subList(0, 3).equals(List.of("--bootstrap-server", "there", "--add"))) {
            throw new IllegalStateException(command + " (expected: the options, then --add)");
        }
        String principal = after(command, "--allow-principal");
        PatternType pattern = PatternType.fromString(after(command, "--resource-pattern-type").toUpperCase());
        ResourcePattern resource = Arrays.stream(new ResourceType[] {ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID})
                .filter(type -> command.contains(option(type)))
                .map(type -> new ResourcePattern(type, after(command, option(type)), pattern))
                .findFirst()
                .orElseThrow();
        List<AclBinding> bindings = new ArrayList<>();
        for (int at = 0; at < command.size(); at++) {
            if (command.get(at).equals("--operation")) {
                AclOperation operation = AclOperation.fromString(command.get(at + 1).replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase());
                bindings.add(new AclBinding(resource, new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW)));
            }
        }
        return bindings;
    }

    private static String option(ResourceType type) {
        return "--" + type.name().toLowerCase().replace('_', '-');
    }

    private static String after(List<String> command, String option) {
        return command.get(command.indexOf(option) + 1);
    }
}
