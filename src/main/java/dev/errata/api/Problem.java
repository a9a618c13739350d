package dev.errata.api;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.failure.Failure;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.core.Response.StatusType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An RFC 9457 problem.
 *
 * @param type {@code urn:errata:CODE}
 * @param code a name of {@link Failure}, or what HTTP calls the status, such as NOT_FOUND
 * @param errors one for each bad item of a request that has many
 */
@Schema(description = "RFC 9457 problem details")
public record Problem(String type, String title, int status, String detail, String code, Optional<List<Item>> errors) {
    public static final String MEDIA_TYPE = "application/problem+json";

    /** An offending value may be as long as a request; more of it than this helps nobody. */
    private static final int DETAIL_MAX = 1000;

    public Problem {
        requireNonNull(type, "type");
        requireNonNull(title, "title");
        detail = shortened(detail);
        requireNonNull(code, "code");
        errors = errors.map(List::copyOf);
    }

    /** What is wrong with one item. */
    public record Item(int index, Failure code, String detail) {
        public Item {
            detail = shortened(detail);
        }
    }

    /** Beginning and end: what was expected stands at the end. */
    private static String shortened(String detail) {
        int half = DETAIL_MAX / 2;
        return detail.length() <= DETAIL_MAX ? detail : detail.substring(0, half) + " … " + detail.substring(detail.length() - half);
    }

    static Problem of(String code, String title, int status, String detail) {
        return new Problem("urn:errata:" + code, title, status, detail, code, Optional.empty());
    }

    /** What went wrong, with the status of its code. */
    public static Problem of(Failure failure, String detail) {
        StatusType status = FailureStatus.of(failure);
        return of(failure.name(), status.getReasonPhrase(), status.getStatusCode(), detail);
    }

    /** Answers a request that came to no resource, where nothing turns a problem into JSON. */
    public Future<Void> end(HttpServerResponse response, ObjectMapper mapper) {
        try {
            return response.setStatusCode(status).putHeader("Content-Type", MEDIA_TYPE).end(mapper.writeValueAsString(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    Problem with(List<Item> items) {
        return new Problem(type, title, status, detail, code, Optional.of(items));
    }
}
