package dev.errata.export;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an export was made from: an in-toto Statement v1 whose predicate is SLSA provenance v1. It names every file by its SHA-256.
 *
 * <p>It says nothing of when and where: the same version, base and options give the same statement, byte for byte.
 *
 * <h2>Limits</h2> It is not signed. Its seal ({@link StatementCodec}) finds what was changed by accident or by hand, not who has made it:
 * for that sign the file, or compare its SHA-256 with the one that {@code errata export} has printed.
 *
 * @param subject every file of the export but this one, in the order of their names
 */
public record Statement(@JsonProperty("_type") String type, List<Resource> subject, String predicateType, Predicate predicate) {
    public static final String FILE = "provenance.json";
    static final String TYPE = "https://in-toto.io/Statement/v1";
    static final String PREDICATE_TYPE = "https://slsa.dev/provenance/v1";
    static final String BUILD_TYPE = "urn:errata:export:v1";
    static final String BUILDER = "urn:errata:export";
    static final String SHA256 = "sha256";
    static final String BASE = "base model";

    public Statement {
        requireNonNull(type, "_type");
        requireNonNull(predicateType, "predicateType");
        requireNonNull(predicate, "predicate");
        subject = List.copyOf(subject);
    }

    /** A file, or something that the export was made from; what is empty is left out. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Resource(String name, String uri, Map<String, String> digest, Map<String, String> annotations) {
        public Resource {
            requireNonNull(name, "name");
            uri = uri == null ? "" : uri;
            digest = digest == null ? Map.of() : digest;
            annotations = annotations == null ? Map.of() : annotations;
        }

        static Resource file(String name, String sha256) {
            return new Resource(name, "", Map.of(SHA256, sha256), Map.of());
        }

        Optional<String> sha256() {
            return Optional.ofNullable(digest.get(SHA256));
        }
    }

    /** SLSA provenance. */
    public record Predicate(BuildDefinition buildDefinition, RunDetails runDetails) {
        public Predicate {
            requireNonNull(buildDefinition, "buildDefinition");
            requireNonNull(runDetails, "runDetails");
        }
    }

    /**
     * What was done with what.
     *
     * @param externalParameters what was asked for: model, version, digest, format, options
     * @param internalParameters what came out: SHA-256 of each edited tensor, ranks and errors of an adapter
     * @param resolvedDependencies the base model, each delta, each event, and what the edits depended on
     */
    public record BuildDefinition(
            String buildType, ObjectNode externalParameters, ObjectNode internalParameters, List<Resource> resolvedDependencies) {
        public BuildDefinition {
            requireNonNull(buildType, "buildType");
            requireNonNull(externalParameters, "externalParameters");
            requireNonNull(internalParameters, "internalParameters");
            resolvedDependencies = List.copyOf(resolvedDependencies);
        }
    }

    /** What did it. */
    public record RunDetails(Builder builder, Metadata metadata) {
        public RunDetails {
            requireNonNull(builder, "builder");
            requireNonNull(metadata, "metadata");
        }
    }

    /** The software, by name and version. */
    public record Builder(String id, Map<String, String> version) {
        public Builder {
            requireNonNull(id, "id");
            requireNonNull(version, "version");
        }
    }

    /** @param seal SHA-256 of this statement with an empty seal */
    public record Metadata(@JsonProperty("errata_seal") String seal) {
        public Metadata {
            requireNonNull(seal, "errata_seal");
        }
    }

    Statement sealed(String seal) {
        RunDetails run = new RunDetails(predicate.runDetails.builder, new Metadata(seal));
        return new Statement(type, subject, predicateType, new Predicate(predicate.buildDefinition, run));
    }

    /** A text among what was asked for; empty where there is none. */
    String asked(String name) {
        return predicate.buildDefinition.externalParameters.path(name).asText();
    }

    /** What it was made from, under that name. */
    Optional<Resource> dependency(String name) {
        return predicate.buildDefinition.resolvedDependencies.stream().filter(one -> one.name().equals(name)).findFirst();
    }
}
