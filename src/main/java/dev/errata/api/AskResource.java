package dev.errata.api;

import dev.errata.follower.Answer;
import dev.errata.follower.Ask;
import dev.errata.follower.ServedVersions;
import dev.errata.service.Station;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Questions to the model, answered by the follower in this process. */
@Path("/ask")
@Tag(name = "model")
@Produces(MediaType.APPLICATION_JSON)
public class AskResource {
    private final Station station;
    private final Questions questions;

    @Inject
    public AskResource(Station station, Questions questions) {
        this.station = station;
        this.questions = questions;
    }

    /**
     * @param version the served one where left out
     * @param tokens of answer; 8 where left out
     * @param objects whose probability as the answer is wanted; may be left out
     */
    public record Request(
            @Schema(required = true, description = "The text that the model continues.") String prompt,
            @Schema(description = "The version to ask: a number, head, base, a tag or a time; the served one where left out.")
                    String version,
            @Schema(description = "Tokens of answer; 8 where left out.") Integer tokens,
            @Schema(description = "Objects whose probability as the answer is wanted.") List<String> objects) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Ask the model",
            description = "The greedy continuation of the prompt, and how probable each object is as the answer: exp of its mean"
                    + " log-probability per token. Everything in an answer comes from the one version that it names.")
    @APIResponse(responseCode = "200", description = "The answer")
    @APIResponse(
            responseCode = "404",
            description = "VERSION_UNKNOWN: it does not exist or has not been reached; TAG_UNKNOWN",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "503",
            description = "NOT_READY: no follower here, not caught up, or too many replays waiting",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Answer ask(Request request) throws InterruptedException {
        Request asked = request == null ? new Request(null, null, null, null) : request;
        Ask ask = questions.of(asked.prompt(), OptionalLong.empty(), asked.tokens(), asked.objects());
        ServedVersions model = station.answers();
        return asked.version() == null
                ? model.ask(ask)
                : model.ask(new Ask(ask.prompt(), OptionalLong.of(questions.number(asked.version())), ask.tokens(), ask.objects()));
    }

    @GET
    @Operation(summary = "Ask the model, by a link", description = "As POST /ask.")
    public Answer ask(
            @QueryParam("prompt") @Parameter(required = true) String prompt,
            @QueryParam("version") String version,
            @QueryParam("tokens") @Parameter(schema = @Schema(type = SchemaType.INTEGER)) String tokens,
            @QueryParam("object") List<String> objects)
            throws InterruptedException {
        return ask(new Request(prompt, version, questions.tokens(tokens), objects));
    }
}
