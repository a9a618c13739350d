package dev.errata.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.Version;
import dev.errata.stream.channels.ChannelSettings;
import dev.errata.stream.channels.History;
import dev.errata.stream.channels.HistoryView;
import dev.errata.stream.event.EventCodec;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The history of the model. */
@Path("/versions")
@Tag(name = "versions")
@Produces(MediaType.APPLICATION_JSON)
public class VersionsResource {
    private static final int LIMIT = 100;
    private static final int LIMIT_MAX = 1000;

    private final String model;
    private final History history;
    private final WireJson wire;

    @Inject
    public VersionsResource(ChannelSettings settings, HistoryView view, WireJson wire) {
        this.model = settings.line().model();
        this.history = view.history();
        this.wire = wire;
    }

    /** @param head number of the newest version; 0 is the base model */
    public record Page(String model, long head, List<VersionSummary> versions) {}

    @GET
    @Operation(
            summary = "List versions",
            description = "In ascending order. The newest are kept in memory (errata.history.versions); older ones are in the log.")
    public Page list(
            @QueryParam("from")
                    @Parameter(description = "The first number wanted; 1 if not given.", schema = @Schema(type = SchemaType.INTEGER))
                    String from,
            @QueryParam("limit")
                    @Parameter(description = "How many at most: 1 to 1000, 100 if not given.", schema = @Schema(type = SchemaType.INTEGER))
                    String limit) {
        long first = Numbers.read("from", from, 1, 0, Long.MAX_VALUE);
        int most = (int) Numbers.read("limit", limit, LIMIT, 1, LIMIT_MAX);
        List<VersionSummary> versions = history.versions(first, most).stream()
                .map(version -> VersionSummary.of(version, history.evaluation(version.number())))
                .toList();
        return new Page(model, history.newest(), versions);
    }

    @GET
    @Path("/{number}")
    @Operation(
            summary = "Show a version",
            description = "The version's record as it is in the log (schemas/dev.errata.version.committed.v1.json), and its \"evaluation\""
                    + " (schemas/dev.errata.evaluation.completed.v1.json) if there is one.")
    @APIResponse(
            responseCode = "200",
            description = "The record",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(
            responseCode = "404",
            description = "VERSION_UNKNOWN",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public JsonNode show(@PathParam("number") @Parameter(schema = @Schema(type = SchemaType.INTEGER)) String number) {
        Version version = history.version(Numbers.read("version", number, 0, 0, Long.MAX_VALUE));
        ObjectNode record = (ObjectNode) wire.of(EventCodec.VERSION, version);
        history.evaluation(version.number()).ifPresent(found -> record.set("evaluation", wire.of(EventCodec.EVALUATION, found)));
        return record;
    }
}
