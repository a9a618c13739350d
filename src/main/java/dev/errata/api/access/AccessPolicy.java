package dev.errata.api.access;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * Decides every request, before anything of it is read: {@link AccessTable} says the role, the caller's key or token whether they have it.
 *
 * <p>A policy without a name is Quarkus' for all paths. With security off it lets everything through and asks nobody.
 */
@ApplicationScoped
public class AccessPolicy implements HttpSecurityPolicy {
    private final Access access;

    @Inject
    public AccessPolicy(Access access) {
        this.access = access;
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext request, Uni<SecurityIdentity> caller, AuthorizationRequestContext context) {
        String path = request.normalizedPath();
        if (!access.isOn() || AccessTable.isProbe(path) && (access.probesAreOpen() || isFromHere(request))) {
            return CheckResult.permit();
        }
        Optional<AccessRole> role = AccessTable.role(request.request().method().name(), path);
        // What a bad key comes to is told below as everything else is, not by Quarkus' empty answer.
        request.remove(QuarkusHttpUser.AUTH_FAILURE_HANDLER);
        return caller.onItemOrFailure().transformToUni((identity, failure) -> decide(role, identity, failure));
    }

    private static Uni<CheckResult> decide(Optional<AccessRole> role, SecurityIdentity identity, Throwable failure) {
        if (failure != null || identity == null || identity.isAnonymous()) {
            String found = failure == null ? "no key or token" : "a key or token that is not known here";
            return refuse(
                    Failure.UNAUTHENTICATED, found + " (expected: X-API-Key: KEY, or Authorization: Bearer with a key or token)", failure);
        }
        if (role.isPresent() && identity.hasRole(role.get().label())) {
            return CheckResult.permit();
        }
        String needed = role.map(AccessRole::label).map(label -> "the role " + label).orElse("another path; nobody may use this one");
        return refuse(Failure.FORBIDDEN, "roles of " + identity.getPrincipal().getName() + ": " + identity.getRoles() + " (expected: "
                + needed + ")", null);
    }

    private static Uni<CheckResult> refuse(Failure code, String message, Throwable cause) {
        return Uni.createFrom().failure(new ErrataException(code, message, cause));
    }

    /** By the connection itself; a header can say anything. */
    private static boolean isFromHere(RoutingContext request) {
        SocketAddress from = request.request().connection().remoteAddress();
        return from != null && from.hostAddress() != null && Access.isLoopback(from.hostAddress());
    }
}
