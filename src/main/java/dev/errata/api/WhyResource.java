package dev.errata.api;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.history.Blame;
import dev.errata.service.Station;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who said so. */
@Path("/why")
@Tag(name = "history")
@Produces(MediaType.APPLICATION_JSON)
public class WhyResource {
    private final Station station;

    @Inject
    public WhyResource(Station station) {
        this.station = station;
    }

    @GET
    @Operation(
            summary = "Show why the model claims what it claims of a subject",
            description = "For each relation: the event, source, batch and version that wrote the live fact, what it replaced, all that was"
                    + " claimed before, what ended it, and the changes that became part of no version. No key: nothing was ever claimed.")
    @APIResponse(
            responseCode = "200",
            description = "The claims",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(
            responseCode = "503",
            description = "NOT_READY: the log has not been read once",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Blame why(
            @QueryParam("subject") @Parameter(required = true) String subject, @QueryParam("relation") String relation) {
        if (subject == null) {
            throw new ErrataException(Failure.REQUEST_INVALID, "subject: none (expected: some text)");
        }
        return station.history().why(subject, Optional.ofNullable(relation));
    }
}
