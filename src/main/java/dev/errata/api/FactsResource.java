package dev.errata.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.fact.EventId;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.FactEvent;
import dev.errata.stream.channels.FactEmitter;
import dev.errata.stream.event.FactDocuments;
import dev.errata.worker.Settings;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Fact changes in. */
@Path("/facts")
@Tag(name = "facts")
@Produces(MediaType.APPLICATION_JSON)
public class FactsResource {
    private static final String ONE =
            """
            {"subject": "Angola", "relation": "P30", "prompt": "{} is located in", "object": "Antarctica", "previousObject": "Africa"}""";
    private static final String MANY =
            """
            {"facts": [{"subject": "Angola", "relation": "P30", "prompt": "{} is located in", "object": "Antarctica",
             "id": "change-17", "source": "https://example.org/facts", "revision": 2}]}""";

    private final FactDocuments documents;
    private final FactEmitter emitter;
    private final int factsMax;

    @Inject
    public FactsResource(FactDocuments documents, FactEmitter emitter, Settings settings) {
        this.documents = documents;
        this.emitter = emitter;
        this.factsMax = settings.limits().requestFacts();
    }

    /** The events that are in the log now, in the order of the request. */
    public record Accepted(List<EventId> accepted) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(202)
    @Operation(
            summary = "Publish fact changes",
            description = "One fact, or many in \"facts\": the data of a fact event (schemas/dev.errata.fact.asserted.v1.json) and,"
                    + " optional, kind (asserted or retracted), source, id, time and errataline (names of lines, with commas between them;"
                    + " else it is for every line that shares the topics). All are checked first; when one is bad, none is published. To be"
                    + " able to try again after a failure, give each an id: what is published twice is taken once.")
    @APIResponse(responseCode = "202", description = "All of them are in the log; GET /outcomes tells what becomes of each.")
    @APIResponse(
            responseCode = "400",
            description = "Some are bad; errors names them. Nothing was published.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "503",
            description = "The broker does not answer; some may have been published.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Accepted publish(
            @RequestBody(
                            required = true,
                            content = @Content(
                                    mediaType = MediaType.APPLICATION_JSON,
                                    schema = @Schema(type = SchemaType.OBJECT),
                                    examples = {@ExampleObject(name = "one", value = ONE), @ExampleObject(name = "many", value = MANY)}))
                    byte[] body) {
        List<FactEvent> facts = read(split(body));
        emitter.publish(facts);
        return new Accepted(facts.stream().map(fact -> fact.change().event()).toList());
    }

    private List<JsonNode> split(byte[] body) {
        JsonNode whole = FactDocuments.parse(body);
        if (!whole.has("facts")) {
            return List.of(whole);
        }
        JsonNode facts = whole.get("facts");
        if (!facts.isArray() || facts.isEmpty() || facts.size() > factsMax) {
            throw new ErrataException(
                    Failure.REQUEST_INVALID,
                    "facts: " + facts.size() + " (expected: a list of 1.." + factsMax + ", errata.limits.request-facts)");
        }
        List<JsonNode> all = new ArrayList<>();
        facts.forEach(all::add);
        return all;
    }

    private List<FactEvent> read(List<JsonNode> facts) {
        Instant now = Instant.now();
        List<FactEvent> read = new ArrayList<>();
        List<Problem.Item> bad = new ArrayList<>();
        for (int i = 0; i < facts.size(); i++) {
            try {
                read.add(documents.read(facts.get(i), now));
            } catch (ErrataException e) {
                bad.add(new Problem.Item(i, e.failure(), e.getMessage()));
            }
        }
        if (!bad.isEmpty()) {
            throw new BadFacts(facts.size(), bad);
        }
        return read;
    }
}
