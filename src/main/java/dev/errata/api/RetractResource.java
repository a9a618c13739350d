package dev.errata.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.api.access.Caller;
import dev.errata.delta.LiveFact;
import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.SettledOutcome;
import dev.errata.stream.channels.History;
import dev.errata.stream.channels.HistoryView;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.kafka.KafkaHistory;
import dev.errata.stream.kafka.OperatorLog;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** A fact out of the model again. */
@Path("/retract")
@Tag(name = "facts")
@Produces(MediaType.APPLICATION_JSON)
public class RetractResource {
    private static final int SOURCE_MAX = 500;
    private static final String SOURCE = "urn:errata:operator";

    private final KafkaHistory topics;
    private final History history;
    private final OperatorLog operators;
    private final Caller caller;
    private final WireJson wire;

    @Inject
    public RetractResource(KafkaHistory topics, HistoryView view, OperatorLog operators, Caller caller, WireJson wire) {
        this.topics = topics;
        this.history = view.history();
        this.operators = operators;
        this.caller = caller;
        this.wire = wire;
    }

    /**
     * @param reason kept in the audit; may be left out
     * @param source in whose name; may be left out
     */
    public record Request(
            @Schema(required = true) String subject,
            @Schema(required = true, description = "The relation's id.") String relation,
            String reason,
            @Schema(description = "CloudEvents source of the event. Default: " + SOURCE + ".") String source) {}

    /**
     * @param event the retracted event
     * @param object what the fact said
     * @param outcome present when it was waited for
     */
    public record Retraction(
            EventId event, String object, @Schema(type = SchemaType.OBJECT) Optional<JsonNode> outcome) {}

    @POST
    @Blocking
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Take a fact out of the model",
            description = "A retracted event, for this line alone, and a flush. The fact's pair is taken out exactly; the other facts"
                    + " stay. GET /audit tells of it, whether it was taken or declined. A source that asserts the fact later brings it"
                    + " back.")
    @APIResponse(
            responseCode = "200",
            description = "It was waited for: outcome says whether it is applied, and in which version.",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Retraction.class)))
    @APIResponse(responseCode = "202", description = "The event is in the log; GET /outcomes tells what becomes of it.")
    @APIResponse(
            responseCode = "404",
            description = "FACT_NOT_LIVE: no version claims it now. Nothing was published.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "504",
            description = "The outcome did not come in time; the event stays in the log.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public RestResponse<Retraction> retract(
            Request request,
            @QueryParam("wait")
                    @Parameter(description = "Seconds to wait for the outcome: 0 to 600.", schema = @Schema(type = SchemaType.INTEGER))
                    String wait)
            throws InterruptedException {
        long seconds = Requested.seconds(wait);
        if (request == null || request.subject() == null || request.relation() == null) {
            throw new ErrataException(Failure.REQUEST_INVALID, "fact: none (expected: subject and relation)");
        }
        String source = source(request.source());
        FactKey key = FactKey.of(request.subject(), request.relation());
        String reason = request.reason() == null ? "" : request.reason();
        LiveFact fact = topics.live(key).orElseThrow(() -> operators.declined(
                caller.operator(), key, reason,
                new ErrataException(Failure.FACT_NOT_LIVE, "fact: " + key + " (expected: a live fact to retract)")));
        EventId event = operators.retract(caller.operator(), fact, source, reason).event();
        String object = fact.fact().object();
        if (seconds == 0) {
            return RestResponse.status(RestResponse.Status.ACCEPTED, new Retraction(event, object, Optional.empty()));
        }
        SettledOutcome settled = history.await(event, Duration.ofSeconds(seconds))
                .orElseThrow(() -> new NotInTime("outcome", event.id(), seconds));
        return RestResponse.ok(new Retraction(event, object, Optional.of(wire.of(EventCodec.OUTCOME, settled.outcome()))));
    }

    /** Refused here, since a record that is too long for the intake ends as a dead letter. */
    static String source(String asked) {
        String source = asked == null ? SOURCE : asked;
        if (source.isBlank() || source.length() > SOURCE_MAX) {
            throw new ErrataException(
                    Failure.REQUEST_INVALID, "source: " + source.strip().length() + " characters (expected: 1.." + SOURCE_MAX + ")");
        }
        return source;
    }
}
