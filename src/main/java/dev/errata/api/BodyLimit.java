package dev.errata.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Tells that a body is too large as a {@link Problem}.
 *
 * <p>Quarkus enforces {@code quarkus.http.limits.max-body-size}, but answers a length that says too much with an empty 413 before any
 * resource is asked. This looks first.
 */
@ApplicationScoped
public class BodyLimit {
    private static final int STATUS = 413;

    private final long bytesMax;
    private final ObjectMapper mapper;

    @Inject
    public BodyLimit(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize bytesMax, ObjectMapper mapper) {
        this.bytesMax = bytesMax.asLongValue();
        this.mapper = mapper;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, Integer.MAX_VALUE);
    }

    private void check(RoutingContext context) {
        String length = context.request().getHeader("Content-Length");
        if (length == null || Long.parseLong(length) <= bytesMax) {
            context.next();
            return;
        }
        String detail = "body: " + length + " bytes (expected: at most " + bytesMax + ", quarkus.http.limits.max-body-size)";
        // The rest of the body is not worth reading.
        context.response().putHeader("Connection", "close");
        Problem.of("REQUEST_ENTITY_TOO_LARGE", "Request Entity Too Large", STATUS, detail)
                .end(context.response(), mapper)
                .onComplete(done -> context.request().connection().close());
    }
}
