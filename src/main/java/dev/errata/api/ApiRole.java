package dev.errata.api;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.worker.Role;
import dev.errata.worker.Settings;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Every process has HTTP for its health and metrics; only one with the role api also answers requests, except for its own status. */
final class ApiRole {
    private final Set<Role> roles;

    @Inject
    ApiRole(Settings settings) {
        this.roles = settings.roles();
    }

    @ServerRequestFilter
    void require(ContainerRequestContext request) {
        if (!roles.contains(Role.API) && !request.getUriInfo().getPath().equals("/status")) {
            throw new ErrataException(Failure.NOT_READY, "roles of this process: " + roles + " (expected: api)");
        }
    }
}
