package dev.errata.export;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.Digest;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Version;
import dev.errata.export.Statement.BuildDefinition;
import dev.errata.export.Statement.Builder;
import dev.errata.export.Statement.Metadata;
import dev.errata.export.Statement.Predicate;
import dev.errata.export.Statement.Resource;
import dev.errata.export.Statement.RunDetails;
import dev.errata.fact.EventId;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Writes down what an export was made from. Stateless. */
final class Origins {
    private static final String OVER =
            "SHA-256 over a line 'name F32 [shape] sha256' for each tensor, values as fp32 little-endian, and 'tokenizer.json sha256'";

    private Origins() {}

    /**
     * The statement of a directory in which all other files lie.
     *
     * @param told what came out of making them
     */
    static Statement statement(
            Path directory, ExportRequest request, Version version, List<Version> shipped, Claims claims, ObjectNode told)
            throws IOException {
        ObjectNode asked = JsonNodeFactory.instance.objectNode()
                .put("model", version.model())
                .put(ExportCheck.VERSION, Long.toString(version.number()))
                .put(ExportCheck.DIGEST, version.digest())
                .put(ExportCheck.FORMAT, request.format().toString())
                .put("baseName", request.baseName());
        request.rankError().ifPresent(error -> asked.put("rankError", error));
        Exporter.held(version).ifPresent(why -> asked.put("held", why));
        if (request.only()) {
            asked.put(ExportCheck.ONLY, true);
        }
        List<Resource> made = new ArrayList<>();
        made.add(new Resource(
                Statement.BASE, "urn:errata:model:" + version.provenance().base(),
                Map.of(Statement.SHA256, version.provenance().base()), Map.of("over", OVER)));
        inputs(shipped.isEmpty() ? List.of(version) : shipped, made);
        shipped.forEach(one -> DeltaFile.ref(one).ifPresent(ref -> made.add(delta(one, ref))));
        events(claims, made);
        return new Statement(
                Statement.TYPE,
                files(directory),
                Statement.PREDICATE_TYPE,
                new Predicate(
                        new BuildDefinition(Statement.BUILD_TYPE, asked, told, made),
                        new RunDetails(new Builder(Statement.BUILDER, Map.of("errata", request.software())), new Metadata(""))));
    }

    private static List<Resource> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().map(file -> Resource.file(file.getFileName().toString(), Digest.sha256(file))).toList();
        }
    }

    /** Hyper-parameters, contexts and covariance, each as often as it was another one. */
    private static void inputs(List<Version> versions, List<Resource> made) {
        Set<Map.Entry<String, String>> seen = new HashSet<>();
        versions.forEach(version -> version.provenance().inputs().forEach((name, sha256) -> {
            if (seen.add(Map.entry(name, sha256))) {
                made.add(Resource.file(name, sha256));
            }
        }));
    }

    private static Resource delta(Version version, PayloadRef ref) {
        Map<String, String> annotations = new TreeMap<>(Map.of(
                "bytes", Long.toString(ref.bytes()),
                "committedAt", version.committedAt().toString(),
                "digest", version.digest(),
                "parentDigest", version.parentDigest(),
                "software", version.provenance().software()));
        String uri = "urn:errata:delta:" + encoded(version.model()) + ":" + version.number();
        return new Resource(deltaName(version.number()), uri, Map.of(Statement.SHA256, ref.sha256()), annotations);
    }

    static String deltaName(long version) {
        return "delta of version " + version;
    }

    private static void events(Claims claims, List<Resource> made) {
        Set<EventId> live = claims.live();
        claims.events().forEach((event, version) -> {
            Map<String, String> annotations = new LinkedHashMap<>();
            annotations.put("id", event.id());
            annotations.put("live", Boolean.toString(live.contains(event)));
            annotations.put("source", event.source());
            annotations.put("version", Long.toString(version));
            String uri = "urn:errata:event:" + encoded(event.source()) + ":" + encoded(event.id());
            made.add(new Resource("event", uri, Map.of(), annotations));
        });
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
