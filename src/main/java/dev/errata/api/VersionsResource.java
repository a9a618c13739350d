package dev.errata.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.VersionRef;
import dev.errata.history.Difference;
import dev.errata.history.FactLine;
import dev.errata.history.HistoryIndex;
import dev.errata.history.VersionStory;
import dev.errata.history.VersionStory.Removed;
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
    private static final String REF = "A number, head, base, a tag, or a time such as 2026-05-01T12:00Z.";
    private static final int DIFF_LIMIT = 100;
    private static final int DIFF_LIMIT_MAX = 10_000;

    private final String model;
    private final History history;
    private final WireJson wire;
    private final References references;

    @Inject
    public VersionsResource(ChannelSettings settings, HistoryView view, WireJson wire, References references) {
        this.references = references;
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
            description = "The version's record as it is in the log (schemas/dev.errata.version.committed.v1.json), its \"evaluation\""
                    + " (schemas/dev.errata.evaluation.completed.v1.json) if there is one, and in \"history\" what each fact that it wrote"
                    + " replaced, what it took out and why, what a rollback made live again (1000 of each are listed, all are counted), who"
                    + " asked for it (schemas/"
                    + "dev.errata.operation.recorded.v1.json), and whether it was announced.")
    @APIResponse(
            responseCode = "200",
            description = "The record",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(
            responseCode = "404",
            description = "VERSION_UNKNOWN",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public JsonNode show(@PathParam("number") @Parameter(description = REF) String number) throws InterruptedException {
        HistoryIndex index = references.index();
        VersionStory story = index.version(index.resolve(VersionRef.parse(number)));
        ObjectNode record = (ObjectNode) wire.of(EventCodec.VERSION, story.record());
        story.evaluation().ifPresent(found -> record.set("evaluation", wire.of(EventCodec.EVALUATION, found)));
        record.set("history", wire.of(Story.of(story, wire)));
        return record;
    }

    /** @param replaced what was live under the keys that the version wrote */
    private record Story(
            boolean announced,
            List<String> tags,
            List<FactLine> replaced,
            List<Removed> removed,
            List<FactLine> returned,
            VersionStory.Totals totals,
            List<JsonNode> operations) {
        static Story of(VersionStory story, WireJson wire) {
            return new Story(
                    story.announced(),
                    story.tags(),
                    story.written().stream().flatMap(written -> written.replaced().stream()).toList(),
                    story.removed(),
                    story.returned(),
                    story.totals(),
                    story.operations().stream().map(operation -> wire.of(EventCodec.OPERATION, operation)).toList());
        }
    }

    @GET
    @Path("/{number}/diff/{other}")
    @Operation(
            summary = "Compare two versions",
            description = "Facts that are live in \"other\" and not in \"number\" (in), the other way round (out), or with another object"
                    + " (changed); for each edited tensor its digests and how far it is from the base's. 0 is the base model.")
    @APIResponse(responseCode = "200", description = "The difference")
    @APIResponse(
            responseCode = "404",
            description = "VERSION_UNKNOWN",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Difference diff(
            @PathParam("number") @Parameter(description = REF) String number,
            @PathParam("other") @Parameter(description = REF) String other,
            @QueryParam("limit")
                    @Parameter(
                            description = "How many facts of each kind at most: 1 to 10000, 100 if not given.",
                            schema = @Schema(type = SchemaType.INTEGER))
                    String limit)
            throws InterruptedException {
        VersionRef from = VersionRef.parse(number);
        VersionRef to = VersionRef.parse(other);
        int most = (int) Numbers.read("limit", limit, DIFF_LIMIT, 1, DIFF_LIMIT_MAX);
        HistoryIndex index = references.index();
        return index.difference(index.resolve(from), index.resolve(to), most);
    }
}
