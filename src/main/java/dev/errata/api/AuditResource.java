package dev.errata.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.stream.channels.History;
import dev.errata.stream.channels.HistoryView;
import dev.errata.stream.event.EventCodec;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What operators did. */
@Path("/audit")
@Tag(name = "operators")
@Produces(MediaType.APPLICATION_JSON)
public class AuditResource {
    private static final int LIMIT = 100;
    private static final int LIMIT_MAX = 1000;

    private final History history;
    private final WireJson wire;

    @Inject
    public AuditResource(HistoryView view, WireJson wire) {
        this.history = view.history();
        this.wire = wire;
    }

    /** @param operations each as in the log (schemas/dev.errata.operation.recorded.v1.json), in its order */
    public record Page(List<JsonNode> operations) {}

    @GET
    @Operation(
            summary = "Show what operators did",
            description = "Who did what to which object when, and whether it was taken or declined: the newest, in the order of the log,"
                    + " as its records (schemas/dev.errata.operation.recorded.v1.json). The topic errata.audit has all of them.")
    public Page list(
            @QueryParam("limit")
                    @Parameter(description = "How many at most: 1 to 1000, 100 if not given.", schema = @Schema(type = SchemaType.INTEGER))
                    String limit) {
        int most = (int) Numbers.read("limit", limit, LIMIT, 1, LIMIT_MAX);
        return new Page(history.operations(most).stream().map(operation -> wire.of(EventCodec.OPERATION, operation)).toList());
    }
}
