package dev.errata.api;

import dev.errata.follower.Answer;
import dev.errata.follower.Ask;
import dev.errata.follower.Belief;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** One question to many versions: how what the model says has moved. */
@Path("/ask/versions")
@Tag(name = "model")
@Produces(MediaType.APPLICATION_JSON)
public class AskVersionsResource {
    private final Station station;
    private final Questions questions;

    @Inject
    public AskVersionsResource(Station station, Questions questions) {
        this.station = station;
        this.questions = questions;
    }

    public record Request(
            @Schema(required = true, description = "The text that the model continues.") String prompt,
            @Schema(description = "The first version: a number, head, base, a tag or a time; the base where left out.") String from,
            @Schema(description = "The last version, likewise; the announced one where left out.") String to,
            @Schema(description = "Tokens of answer; 8 where left out.") Integer tokens,
            @Schema(description = "Objects whose probability as the answer is wanted.") List<String> objects) {}

    /** @param committedAt left out for the base model */
    public record Line(long version, Optional<Instant> committedAt, String digest, String text, List<Answer.Choice> choices) {
        static Line of(Belief belief) {
            Answer answer = belief.answer();
            return new Line(answer.version(), belief.committedAt(), answer.digest(), answer.text(), answer.choices());
        }
    }

    public record Beliefs(String prompt, List<Line> versions) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Ask a range of versions the same",
            description = "What each version in from..to answers, in their order. The follower walks from one to the next, so each"
                    + " costs one delta; ranges take turns. At most errata.limits.ask-versions.")
    @APIResponse(responseCode = "200", description = "One line for each version")
    @APIResponse(
            responseCode = "404",
            description = "VERSION_UNKNOWN: one does not exist or has not been reached; TAG_UNKNOWN",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "503",
            description = "NOT_READY: no follower here, not caught up, or too many ranges waiting",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Beliefs ask(Request request) throws InterruptedException {
        Request asked = request == null ? new Request(null, null, null, null, null) : request;
        Ask ask = questions.of(asked.prompt(), OptionalLong.empty(), asked.tokens(), asked.objects());
        ServedVersions model = station.answers();
        long from = questions.number(asked.from() == null ? "base" : asked.from());
        long to = questions.number(asked.to() == null ? "head" : asked.to());
        questions.requireRange(from, to);
        List<Line> lines = new ArrayList<>();
        model.askEach(List.of(ask), from, to, beliefs -> lines.add(Line.of(beliefs.get(0))));
        return new Beliefs(ask.prompt(), lines);
    }

    @GET
    @Operation(summary = "Ask a range of versions, by a link", description = "As POST /ask/versions.")
    public Beliefs ask(
            @QueryParam("prompt") @Parameter(required = true) String prompt,
            @QueryParam("from") String from,
            @QueryParam("to") String to,
            @QueryParam("tokens") @Parameter(schema = @Schema(type = SchemaType.INTEGER)) String tokens,
            @QueryParam("object") List<String> objects)
            throws InterruptedException {
        return ask(new Request(prompt, from, to, questions.tokens(tokens), objects));
    }
}
