package dev.errata.api;

import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.Rebased;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.evaluation.Evaluation;
import dev.errata.evaluation.Score;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A version in one line.
 *
 * @param kind "edited", "rebased" or "rolledBack"
 * @param written facts that an edit wrote
 * @param removed live facts that an edit took out, because they were replaced or retracted
 * @param to the version that a rollback brought back
 * @param reason of a rollback or rebase
 * @param held why it was not announced by itself; whether it was released since, GET /audit tells
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
        Optional<Integer> written,
        Optional<Integer> removed,
        Optional<Long> to,
        Optional<String> reason,
        Optional<Version.Held> held,
        Map<String, Score> scores) {

    static VersionSummary of(Version version, Optional<Evaluation> evaluation) {
        Optional<Edited> edited = Optional.of(version.change()).filter(Edited.class::isInstance).map(Edited.class::cast);
        Optional<RolledBack> back = Optional.of(version.change()).filter(RolledBack.class::isInstance).map(RolledBack.class::cast);
        Optional<Rebased> rebased = Optional.of(version.change()).filter(Rebased.class::isInstance).map(Rebased.class::cast);
        return new VersionSummary(
                version.number(),
                kind(version.change()),
                version.intent(),
                version.parentDigest(),
                version.digest(),
                version.committedAt(),
                edited.map(edit -> edit.in().size()),
                edited.map(edit -> edit.out().size()),
                back.map(RolledBack::to),
                back.map(RolledBack::reason).or(() -> rebased.map(Rebased::reason)),
                version.held(),
                evaluation.map(measured -> measured.written().byName()).orElse(Map.of()));
    }

    private static String kind(Version.Change change) {
        return change instanceof Edited ? "edited" : change instanceof Rebased ? "rebased" : "rolledBack";
    }
}
