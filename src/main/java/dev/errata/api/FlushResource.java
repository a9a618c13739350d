package dev.errata.api;

import dev.errata.api.access.Caller;
import dev.errata.stream.kafka.OperatorLog;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Batches now instead of at their age. */
@Path("/flush")
@Tag(name = "operators")
public class FlushResource {
    private final OperatorLog operators;
    private final Caller caller;

    @Inject
    public FlushResource(OperatorLog operators, Caller caller) {
        this.operators = operators;
        this.caller = caller;
    }

    @POST
    @ResponseStatus(202)
    @Operation(summary = "Seal what waits", description = "Every fact published before this request goes into a batch at once.")
    @APIResponse(responseCode = "202", description = "The request is in the log.")
    public void flush() {
        operators.flush(caller.operator());
    }
}
