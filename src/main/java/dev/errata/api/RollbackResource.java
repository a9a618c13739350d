package dev.errata.api;

import dev.errata.api.access.Caller;
import dev.errata.batch.Intent;
import dev.errata.delta.VersionRef;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.channels.History;
import dev.errata.stream.channels.HistoryView;
import dev.errata.stream.kafka.OperatorLog;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** An earlier version again. */
@Path("/rollback")
@Tag(name = "versions")
@Produces(MediaType.APPLICATION_JSON)
public class RollbackResource {
    private final History history;
    private final References references;
    private final OperatorLog operators;
    private final Caller caller;

    @Inject
    public RollbackResource(HistoryView view, References references, OperatorLog operators, Caller caller) {
        this.history = view.history();
        this.references = references;
        this.operators = operators;
        this.caller = caller;
    }

    /** @param reason kept in the new version's record; may be left out */
    public record Request(
            @Schema(
                            required = true,
                            description = "The version to bring back: a number (as a JSON number too), head, base, a tag, or a time such as"
                                    + " 2026-05-01T12:00Z.")
                    String to,
            String reason) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Bring an earlier version back",
            description = "Its weights and live facts become a new version, to the bit; nothing is erased. The request stands in the log"
                    + " after the batches that were sealed before it. GET /audit tells of it, whether it was taken or declined.")
    @APIResponse(responseCode = "200", description = "The new version, when it was waited for")
    @APIResponse(
            responseCode = "202",
            description = "The request is in the log.",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Requested.class)))
    @APIResponse(
            responseCode = "404",
            description = "VERSION_UNKNOWN or TAG_UNKNOWN",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "504",
            description = "The version did not come in time; the request stays in the log.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public RestResponse<Requested> rollback(
            Request request,
            @QueryParam("wait")
                    @Parameter(description = "Seconds to wait for the version: 0 to 600.", schema = @Schema(type = SchemaType.INTEGER))
                    String wait)
            throws InterruptedException {
        long seconds = Requested.seconds(wait);
        long newest = history.newest();
        if (request == null || request.to() == null) {
            throw new ErrataException(Failure.REQUEST_INVALID, "to: none (expected: a version)");
        }
        String reason = request.reason() == null ? "" : request.reason();
        VersionRef ref = VersionRef.parse(request.to());
        if (ref instanceof VersionRef.Numbered numbered && numbered.number() > newest) {
            throw operators.declined(caller.operator(), numbered.number(), reason, new ErrataException(
                    Failure.VERSION_UNKNOWN, "version: " + numbered.number() + " (expected: 0.." + newest + ")"));
        }
        Intent.Rollback intent = operators.rollback(caller.operator(), references.number(ref), reason);
        return Requested.answer(history, intent.id(), newest, seconds);
    }
}
