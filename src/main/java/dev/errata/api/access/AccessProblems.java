package dev.errata.api.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.api.Problem;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

/** Tells a request that {@link AccessPolicy} refused so as a {@link Problem}; it never came as far as a resource's mappers. */
@ApplicationScoped
public class AccessProblems {
    private final ObjectMapper mapper;

    @Inject
    public AccessProblems(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    void register(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(this::tell);
    }

    private void tell(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (!(context.failure() instanceof ErrataException refused) || response.headWritten()) {
            context.next();
            return;
        }
        if (refused.failure() == Failure.UNAUTHENTICATED) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        Problem.of(refused.failure(), refused.getMessage()).end(response, mapper);
        // The body that was not read would be taken for the next request.
        context.request().resume();
    }
}
