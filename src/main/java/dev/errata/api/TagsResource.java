package dev.errata.api;

import dev.errata.api.access.Caller;
import dev.errata.delta.Tag;
import dev.errata.delta.VersionRef;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.channels.History;
import dev.errata.stream.channels.HistoryView;
import dev.errata.stream.kafka.OperatorLog;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Names of versions. */
@Path("/tags")
@org.eclipse.microprofile.openapi.annotations.tags.Tag(name = "versions")
@Produces(MediaType.APPLICATION_JSON)
public class TagsResource {
    private final History history;
    private final References references;
    private final OperatorLog operators;
    private final Caller caller;

    @Inject
    public TagsResource(HistoryView view, References references, OperatorLog operators, Caller caller) {
        this.history = view.history();
        this.references = references;
        this.operators = operators;
        this.caller = caller;
    }

    /** In the order of their names. */
    public record Tags(List<Tag> tags) {}

    /**
     * @param version as anywhere: a number, head, another tag, a time
     * @param movable whether the name may be given to another version later; it may not where left out
     * @param reason kept in the audit; may be left out
     */
    public record Request(
            @Schema(required = true) String name,
            @Schema(required = true, description = "A number, head, base, another tag, or a time such as 2026-05-01T12:00Z.")
                    String version,
            Boolean movable,
            String reason) {}

    @GET
    @Operation(summary = "List the tags", description = "What each name stands for now.")
    public Tags list() {
        return new Tags(history.tags());
    }

    @POST
    @ResponseStatus(202)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Name a version",
            description = "A tag that is not movable stands for its version for ever. Of two that are set at once, the first in the log"
                    + " counts; GET /tags tells.")
    @APIResponse(responseCode = "202", description = "The tag is in the log.")
    @APIResponse(
            responseCode = "404",
            description = "VERSION_UNKNOWN or TAG_UNKNOWN",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "409",
            description = "TAG_IMMUTABLE: it stands for another version",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Tag tag(Request request) throws InterruptedException {
        if (request == null || request.name() == null || request.version() == null) {
            throw new ErrataException(Failure.REQUEST_INVALID, "name, version: not both (expected: a name and the version that it names)");
        }
        long number = references.number(VersionRef.parse(request.version()));
        Tag tag = new Tag(request.name(), number, references.digest(number), Boolean.TRUE.equals(request.movable()));
        history.check(tag);
        operators.tag(caller.operator(), tag, request.reason() == null ? "" : request.reason());
        return tag;
    }
}
