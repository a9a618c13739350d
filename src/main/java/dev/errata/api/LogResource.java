package dev.errata.api;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.history.LogFilter;
import dev.errata.history.LogPage;
import dev.errata.history.Status;
import dev.errata.service.Station;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What happened to the model. */
@Path("/log")
@Tag(name = "history")
@Produces(MediaType.APPLICATION_JSON)
public class LogResource {
    private static final int LIMIT = 50;
    private static final int LIMIT_MAX = 1000;

    private final Station station;

    @Inject
    public LogResource(Station station) {
        this.station = station;
    }

    /** The query. */
    public static class Query {
        @QueryParam("subject")
        @Parameter(description = "Only what is about this subject.")
        String subject;

        @QueryParam("relation")
        @Parameter(description = "Only what is about this relation.")
        String relation;

        @QueryParam("source")
        @Parameter(description = "Only what came of this source's events.")
        String source;

        @QueryParam("from")
        @Parameter(description = "The earliest time, as 2026-05-01T12:00Z.")
        String from;

        @QueryParam("to")
        @Parameter(description = "The first time that is not wanted any more.")
        String to;

        @QueryParam("status")
        @Parameter(
                description = "Versions by kind (edited, rebased, rolledBack) and fact changes by fate (applied, superseded, duplicate,"
                        + " rejected); repeatable. Without any: all but applied ones, which their versions tell of.")
        List<String> status;

        @QueryParam("limit")
        @Parameter(description = "How many at most: 1 to 1000, 50 if not given.", schema = @Schema(type = SchemaType.INTEGER))
        String limit;

        @QueryParam("before")
        @Parameter(description = "\"next\" of the page before.")
        String before;

        LogFilter filter() {
            return new LogFilter(
                    text("subject", subject),
                    text("relation", relation),
                    text("source", source),
                    time("from", from),
                    time("to", to),
                    status == null ? java.util.Set.of() : status.stream().map(Status::of).collect(Collectors.toSet()),
                    (int) Numbers.read("limit", limit, LIMIT, 1, LIMIT_MAX),
                    Optional.ofNullable(before).map(LogFilter.Cursor::parse));
        }

        private static Optional<String> text(String name, String value) {
            if (value != null && value.isBlank()) {
                throw new ErrataException(Failure.REQUEST_INVALID, name + ": \"" + value + "\" (expected: some text)");
            }
            return Optional.ofNullable(value);
        }

        private static Optional<Instant> time(String name, String value) {
            try {
                return Optional.ofNullable(value).map(text -> OffsetDateTime.parse(text).toInstant());
            } catch (DateTimeException e) {
                throw new ErrataException(
                        Failure.REQUEST_INVALID, name + ": \"" + value + "\" (expected: a time as 2026-05-01T12:00Z)", e);
            }
        }
    }

    @GET
    @Operation(
            summary = "Show what happened",
            description = "Versions, and fact changes that became part of none, newest first. \"next\" is there when there are older ones.")
    @APIResponse(
            responseCode = "200",
            description = "Lines of the log",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(
            responseCode = "503",
            description = "NOT_READY: the log has not been read once",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public LogPage log(@BeanParam Query query) {
        return station.history().log(query.filter());
    }
}
