package dev.errata.api;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.follower.Answer;
import dev.errata.follower.Ask;
import dev.errata.service.Station;
import dev.errata.worker.Settings;
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
    private static final int TOKENS = 8;

    private final Station station;
    private final Settings.Limits limits;

    @Inject
    public AskResource(Station station, Settings settings) {
        this.station = station;
        this.limits = settings.limits();
    }

    /**
     * @param version the served one where left out; 0 is the base model
     * @param tokens of answer; 8 where left out
     * @param objects whose probability as the answer is wanted; may be left out
     */
    public record Request(
            @Schema(required = true, description = "The text that the model continues.") String prompt,
            @Schema(description = "The version to ask; the served one where left out, 0 is the base model.") Long version,
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
            description = "VERSION_UNKNOWN: it does not exist or has not been reached",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "503",
            description = "NOT_READY: no follower here, or not caught up",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Answer ask(Request request) {
        if (request == null || request.prompt() == null || request.prompt().isBlank()) {
            throw new ErrataException(Failure.REQUEST_INVALID, "prompt: none (expected: some text)");
        }
        OptionalLong version = request.version() == null ? OptionalLong.empty() : OptionalLong.of(request.version());
        int tokens = request.tokens() == null ? TOKENS : request.tokens();
        if (tokens < 1 || tokens > limits.askTokens()) {
            throw new ErrataException(
                    Failure.REQUEST_INVALID, "tokens: " + tokens + " (expected: 1.." + limits.askTokens() + ", errata.limits.ask-tokens)");
        }
        List<String> objects = request.objects() == null ? List.of() : request.objects();
        if (objects.size() > limits.askObjects() || objects.stream().anyMatch(object -> object == null || object.isBlank())) {
            throw new ErrataException(
                    Failure.REQUEST_INVALID,
                    "objects: " + objects.size() + " (expected: up to " + limits.askObjects() + ", errata.limits.ask-objects; none empty)");
        }
        return station.answers().ask(new Ask(request.prompt(), version, tokens, objects));
    }

    @GET
    @Operation(summary = "Ask the model, by a link", description = "As POST /ask.")
    public Answer ask(
            @QueryParam("prompt") @Parameter(required = true) String prompt,
            @QueryParam("version") @Parameter(schema = @Schema(type = SchemaType.INTEGER)) String version,
            @QueryParam("tokens") @Parameter(schema = @Schema(type = SchemaType.INTEGER)) String tokens,
            @QueryParam("object") List<String> objects) {
        return ask(new Request(
                prompt,
                version == null ? null : Numbers.read("version", version, 0, 0, Long.MAX_VALUE),
                (int) Numbers.read("tokens", tokens, TOKENS, 1, limits.askTokens()),
                objects));
    }
}
