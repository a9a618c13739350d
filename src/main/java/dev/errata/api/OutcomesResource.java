package dev.errata.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.fact.EventId;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.SettledOutcome;
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

/** What became of fact changes. */
@Path("/outcomes")
@Tag(name = "facts")
@Produces(MediaType.APPLICATION_JSON)
public class OutcomesResource {
    private final History history;
    private final WireJson wire;

    @Inject
    public OutcomesResource(HistoryView view, WireJson wire) {
        this.history = view.history();
        this.wire = wire;
    }

    /**
     * @param outcomes one for each time that the event was read, with the "time" at which it was settled
     * @param older whether there were outcomes, of whatever event, that are only in the log by now
     */
    public record Found(@Schema(type = SchemaType.ARRAY, implementation = Object.class) List<JsonNode> outcomes, boolean older) {}

    @GET
    @Operation(
            summary = "Show what became of a fact change",
            description = "Every outcome of the event (schemas/dev.errata.outcome.settled.v1.json); none while it is pending, more than one"
                    + " when it was published more than once. The newest are kept in memory (errata.history.outcomes).")
    public Found find(
            @QueryParam("source") @Parameter(description = "The event's source.", required = true) String source,
            @QueryParam("id") @Parameter(description = "The event's id.", required = true) String id) {
        if (source == null || id == null) {
            throw new ErrataException(Failure.REQUEST_INVALID, "source: " + source + ", id: " + id + " (expected: both)");
        }
        boolean older = history.outcomesForgotten();
        return new Found(history.outcomes(new EventId(source, id)).stream().map(this::json).toList(), older);
    }

    private JsonNode json(SettledOutcome settled) {
        ObjectNode outcome = (ObjectNode) wire.of(EventCodec.OUTCOME, settled.outcome());
        return outcome.put("time", settled.time().toString());
    }
}
