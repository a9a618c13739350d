package dev.errata.api;

import dev.errata.api.access.Caller;
import dev.errata.stream.kafka.OperatorLog;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Holds the editor of this model, wherever it runs. */
@Path("/")
@Tag(name = "operators")
@Consumes(MediaType.APPLICATION_JSON)
public class PauseResource {
    private final OperatorLog operators;
    private final Caller caller;

    @Inject
    public PauseResource(OperatorLog operators, Caller caller) {
        this.operators = operators;
        this.caller = caller;
    }

    /** @param reason kept in the audit; may be left out */
    public record Request(String reason) {}

    @POST
    @Path("pause")
    @ResponseStatus(202)
    @Operation(
            summary = "Hold the editor",
            description = "An edit in hand is finished; then no batch and no rollback is taken up until it is resumed, restarts or not."
                    + " Facts are taken in and wait; questions are answered.")
    @APIResponse(responseCode = "202", description = "The request is in the log.")
    public void pause(Request request) {
        pause(request, true);
    }

    @POST
    @Path("resume")
    @ResponseStatus(202)
    @Operation(summary = "Let the editor go on", description = "What has waited is taken up in its order.")
    @APIResponse(responseCode = "202", description = "The request is in the log.")
    public void resume(Request request) {
        pause(request, false);
    }

    private void pause(Request request, boolean paused) {
        operators.pause(caller.operator(), paused, request == null || request.reason() == null ? "" : request.reason());
    }
}
