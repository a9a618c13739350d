package dev.errata.api;

import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.evaluation.Evaluation;
import dev.errata.evaluation.Score;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A version in one line.
 *
 * @param kind "edited" or "rolledBack"
 * @param written facts that an edit wrote
 * @param removed live facts that an edit took out, because they were replaced or retracted
 * @param to the version that a rollback brought back
 * @param scores of the facts written, by name
 */
@Schema(description = "A version; GET /versions/{n} has the whole record")
public record VersionSummary(
        long number,
        String kind,
        String intent,
        String parentDigest,
        String digest,
        Instant committedAt,
        OptionalInt written,
        OptionalInt removed,
        OptionalLong to,
        Optional<String> reason,
        Map<String, Score> scores) {

    static VersionSummary of(Version version, Optional<Evaluation> evaluation) {
        Map<String, Score> scores = evaluation.map(found -> found.written().byName()).orElse(Map.of());
        if (version.change() instanceof Edited edited) {
            return of(version, "edited", OptionalInt.of(edited.in().size()), OptionalInt.of(edited.out().size()),
                    OptionalLong.empty(), Optional.empty(), scores);
        }
        RolledBack back = (RolledBack) version.change();
        return of(version, "rolledBack", OptionalInt.empty(), OptionalInt.empty(), OptionalLong.of(back.to()), Optional.of(back.reason()), scores);
    }

    private static VersionSummary of(
            Version version,
            String kind,
            OptionalInt written,
            OptionalInt removed,
            OptionalLong to,
            Optional<String> reason,
            Map<String, Score> scores) {
        return new VersionSummary(
                version.number(), kind, version.intent(), version.parentDigest(), version.digest(), version.committedAt(),
                written, removed, to, reason, scores);
    }
}
