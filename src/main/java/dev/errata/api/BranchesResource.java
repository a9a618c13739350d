package dev.errata.api;

import dev.errata.api.access.Caller;
import dev.errata.delta.Branch;
import dev.errata.delta.Version;
import dev.errata.delta.VersionRef;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.ModelLine;
import dev.errata.stream.kafka.KafkaBranch;
import dev.errata.stream.kafka.OperatorLog;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Another line, from a version of this one. */
@Path("/branches")
@Tag(name = "versions")
@Produces(MediaType.APPLICATION_JSON)
public class BranchesResource {
    private final References references;
    private final KafkaBranch branches;
    private final OperatorLog operators;
    private final Caller caller;

    @Inject
    public BranchesResource(References references, KafkaBranch branches, OperatorLog operators, Caller caller) {
        this.references = references;
        this.branches = branches;
        this.operators = operators;
        this.caller = caller;
    }

    /** @param reason kept in the audit; may be left out */
    public record Request(
            @Schema(required = true, description = "The new line's name.") String name,
            @Schema(required = true, description = "The version to begin from: a number, head, base, a tag or a time.") String from,
            String reason) {}

    /**
     * @param version the new line's newest; 0 where it begins from the base model
     * @param digest of its weights, which is that of the version it began from; none for the base
     * @param copied how many versions were copied now: fewer than version where that had begun before
     */
    public record Made(String name, long version, Optional<String> digest, int copied) {}

    @POST
    @Blocking
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Begin another line from a version",
            description = "A line of its own on the same topics, whose first versions are copies of those that make this one: the same"
                    + " weights and live facts, to the bit. It takes in what comes onto the facts topic from now on; a process with"
                    + " errata.line serves it. To ask again after a failure goes on where it stopped.")
    @APIResponse(
            responseCode = "200",
            description = "It is complete.",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Made.class)))
    @APIResponse(
            responseCode = "404",
            description = "VERSION_UNKNOWN",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "409",
            description = "LINE_EXISTS: the line has anything but the beginning of this branch.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Made branch(Request request) throws InterruptedException {
        if (request == null || request.name() == null || request.from() == null) {
            throw new ErrataException(Failure.REQUEST_INVALID, "branch: none (expected: name and from, a version)");
        }
        if (!ModelLine.isLegal(request.name())) {
            String message = "name: \"" + request.name() + "\" (expected: " + ModelLine.EXPECTED + ")";
            throw new ErrataException(Failure.REQUEST_INVALID, message);
        }
        String reason = request.reason() == null ? "" : request.reason();
        long from = references.number(VersionRef.parse(request.from()));
        Branch branch;
        int copied;
        try {
            branch = branches.plan(request.name(), from);
            copied = branches.make(request.name(), branch, operators.branch(caller.operator(), request.name(), from, reason));
        } catch (ErrataException e) {
            throw e.failure() == Failure.LINE_EXISTS
                    ? operators.declined(caller.operator(), request.name(), from, reason, e)
                    : e;
        }
        int versions = branch.copies().size();
        return new Made(request.name(), versions, branch.copies().stream().map(Version::digest).reduce((one, other) -> other), copied);
    }
}
