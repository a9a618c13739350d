package dev.errata.api;

import dev.errata.api.access.Caller;
import dev.errata.delta.Version;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Decision;
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
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestResponse;

/** What becomes of a held version: the first word counts. */
@Path("/")
@Tag(name = "versions")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class DecisionResource {
    private final History history;
    private final OperatorLog operators;
    private final Caller caller;

    @Inject
    public DecisionResource(HistoryView view, OperatorLog operators, Caller caller) {
        this.history = view.history();
        this.operators = operators;
        this.caller = caller;
    }

    /** @param reason kept in the audit, and in the record of the version that a reject makes; may be left out */
    public record Request(@Schema(required = true, description = "The held version.") Long version, String reason) {}

    @POST
    @Path("release")
    @ResponseStatus(202)
    @Operation(summary = "Announce a held version", description = "Followers serve it from then on, and the editor goes on.")
    @APIResponse(responseCode = "202", description = "The decision is in the log.")
    @APIResponse(
            responseCode = "409",
            description = "VERSION_NOT_HELD: it is not, or it was decided about before",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public void release(Request request) {
        Version held = held(request);
        operators.decide(caller.operator(), held.number(), true, reason(request));
    }

    @POST
    @Path("reject")
    @Operation(
            summary = "Go back behind a held version",
            description = "The version before it comes back as a new version, to the bit, and the editor goes on. What the held one wrote"
                    + " keeps its outcomes; its facts are no longer live.")
    @APIResponse(responseCode = "200", description = "The new version, when it was waited for")
    @APIResponse(
            responseCode = "202",
            description = "The decision is in the log.",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Requested.class)))
    @APIResponse(
            responseCode = "409",
            description = "VERSION_NOT_HELD: it is not, or it was decided about before",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public RestResponse<Requested> reject(
            Request request,
            @QueryParam("wait")
                    @Parameter(description = "Seconds to wait for the version: 0 to 600.", schema = @Schema(type = SchemaType.INTEGER))
                    String wait)
            throws InterruptedException {
        long seconds = Requested.seconds(wait);
        Version held = held(request);
        Decision decision = operators.decide(caller.operator(), held.number(), false, reason(request));
        return Requested.answer(history, decision.id(), held.number(), seconds);
    }

    private static String reason(Request request) {
        return request.reason() == null ? "" : request.reason();
    }

    private Version held(Request request) {
        if (request == null || request.version() == null) {
            throw new ErrataException(Failure.REQUEST_INVALID, "version: none (expected: a held version's number)");
        }
        Version version = history.version(request.version());
        boolean undecided = version.held().isPresent() && history.decision(version.number()).isEmpty();
        if (!undecided) {
            String found = version.held().isPresent() ? "was decided about" : "is not held";
            throw new ErrataException(
                    Failure.VERSION_NOT_HELD, "version " + version.number() + ": " + found + " (expected: a held version)");
        }
        return version;
    }
}
