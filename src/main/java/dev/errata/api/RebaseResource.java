package dev.errata.api;

import dev.errata.api.access.Caller;
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

/** Compaction of the weights. */
@Path("/rebase")
@Tag(name = "versions")
@Produces(MediaType.APPLICATION_JSON)
public class RebaseResource {
    private final History history;
    private final OperatorLog operators;
    private final Caller caller;

    @Inject
    public RebaseResource(HistoryView view, OperatorLog operators, Caller caller) {
        this.history = view.history();
        this.operators = operators;
        this.caller = caller;
    }

    /** @param reason kept in the new version's record; may be left out */
    public record Request(String reason) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Write all live facts again at once, from the base model",
            description = "Becomes a version whose parent is the base and whose predecessor is the version before; who starts later"
                    + " replays from there. It is held when it scores worse than errata.gate.max-rebase-loss allows. With no live fact it"
                    + " is a rollback to the base.")
    @APIResponse(responseCode = "200", description = "The new version, when it was waited for")
    @APIResponse(
            responseCode = "202",
            description = "The request is in the log.",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Requested.class)))
    @APIResponse(
            responseCode = "504",
            description = "The version did not come in time; the request stays in the log, or GET /audit tells why it was declined.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public RestResponse<Requested> rebase(
            Request request,
            @QueryParam("wait")
                    @Parameter(description = "Seconds to wait for the version: 0 to 600.", schema = @Schema(type = SchemaType.INTEGER))
                    String wait)
            throws InterruptedException {
        long seconds = Requested.seconds(wait);
        long newest = history.newest();
        String reason = request == null || request.reason() == null ? "" : request.reason();
        return Requested.answer(history, operators.rebase(caller.operator(), reason).id(), newest, seconds);
    }
}
