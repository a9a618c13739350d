package dev.errata.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response.StatusType;
import java.io.CharConversionException;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Everything that a resource may throw, as a {@link Problem}. What is our fault is logged and told without its insides. */
final class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    RestResponse<Problem> errata(ErrataException e) {
        Problem problem = Problem.of(e.failure(), e.getMessage());
        if (problem.status() == 500) {
            LOG.errorf(e, "request failed with %s", e.failure());
        }
        return answer(e instanceof BadFacts bad ? problem.with(bad.items()) : problem);
    }

    /** JSON of the wrong shape; told without the class names in Jackson's message. */
    @ServerExceptionMapper(priority = 1)
    RestResponse<Problem> mismatch(MismatchedInputException e) {
        return answer(Problem.of(Failure.REQUEST_INVALID, path(e) + e.getOriginalMessage().replaceAll("`[\\w.$]*\\.([\\w$]+)`", "$1")));
    }

    /** Bytes that begin as UTF-32 does and are none; the parser does not call that its own failure. */
    @ServerExceptionMapper
    RestResponse<Problem> text(CharConversionException e) {
        return answer(Problem.of(Failure.REQUEST_INVALID, e.getMessage()));
    }

    @ServerExceptionMapper
    RestResponse<Problem> http(WebApplicationException e) {
        if (e.getCause() instanceof JsonProcessingException json) {
            return answer(Problem.of(Failure.REQUEST_INVALID, json.getOriginalMessage()));
        }
        StatusType status = e.getResponse().getStatusInfo();
        String code = status.getReasonPhrase().toUpperCase(Locale.ROOT).replaceAll("[^A-Z]+", "_");
        return answer(Problem.of(code, status.getReasonPhrase(), status.getStatusCode(), e.getMessage()));
    }

    @ServerExceptionMapper
    RestResponse<Problem> bug(RuntimeException e) {
        LOG.error("request failed", e);
        return answer(Problem.of(Failure.INTERNAL, "something went wrong here; the log says more"));
    }

    private static RestResponse<Problem> answer(Problem problem) {
        return RestResponse.ResponseBuilder.create(RestResponse.Status.fromStatusCode(problem.status()), problem)
                .header("Content-Type", Problem.MEDIA_TYPE)
                .build();
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(at -> at.getFieldName() == null ? "[" + at.getIndex() + "]" : at.getFieldName())
                .reduce((outer, inner) -> outer + "." + inner)
                .map(path -> path + ": ")
                .orElse("");
    }
}
