package dev.errata.api;

import dev.errata.follower.Position;
import dev.errata.service.Station;
import dev.errata.worker.RoleThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Whether this process answers from exactly the version that it is to serve; for load balancers. */
@Path("/readyz")
@Tag(name = "process")
@Produces(MediaType.APPLICATION_JSON)
public class ReadyzResource {
    private final Station station;

    @Inject
    public ReadyzResource(Station station) {
        this.station = station;
    }

    /**
     * @param ready whether every role here runs, and the follower, if there is one, serves what it is to serve
     * @param roles what each role here is doing
     * @param follower where it is; left out where this process has none
     */
    public record Readiness(boolean ready, Map<String, String> roles, Optional<Position> follower) {}

    @GET
    @Operation(
            summary = "Say whether the follower is at head",
            description = "200 while the follower serves the announced version, or exactly the one that errata.follower.at stands for; 503"
                    + " otherwise: while it catches up, while its role starts again, while there is no version such as it is pinned to, and"
                    + " before the line's first announcement, when nobody has said what to serve and it answers as the base model does. A"
                    + " process without a follower is ready when its roles run.")
    @APIResponse(
            responseCode = "200",
            description = "Ready",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Readiness.class)))
    @APIResponse(
            responseCode = "503",
            description = "Not ready",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Readiness.class)))
    public Response ready() {
        Optional<Position> follower = station.position();
        boolean ready = station.states().values().stream().allMatch(state -> state == RoleThread.State.RUNNING)
                && follower.map(Position::ready).orElse(true);
        return Response.status(ready ? Status.OK : Status.SERVICE_UNAVAILABLE)
                .entity(new Readiness(ready, StatusResource.roles(station.states()), follower))
                .build();
    }
}
