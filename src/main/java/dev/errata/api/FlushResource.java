package dev.errata.api;

import dev.errata.stream.channels.ChannelSettings;
import dev.errata.stream.channels.FactEmitter;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Batches now instead of at their age. */
@Path("/flush")
@Tag(name = "facts")
public class FlushResource {
    private final FactEmitter emitter;
    private final String model;

    @Inject
    public FlushResource(FactEmitter emitter, ChannelSettings settings) {
        this.emitter = emitter;
        this.model = settings.line().model();
    }

    @POST
    @ResponseStatus(202)
    @Operation(summary = "Seal what waits", description = "Every fact published before this request goes into a batch at once.")
    @APIResponse(responseCode = "202", description = "The request is in the log.")
    public void flush() {
        emitter.flush(Optional.of(model), Instant.now());
    }
}
