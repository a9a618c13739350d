package dev.errata.api.access;

import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;

/**
 * Takes a key from {@code X-API-Key}, or from {@code Authorization: Bearer}, where it may also be an OIDC token: what is no key of ours
 * is left to OIDC, if that is on.
 */
@ApplicationScoped
public class ApiKeyMechanism implements HttpAuthenticationMechanism {
    private static final String HEADER = "X-API-Key";
    private static final String BEARER = "Bearer ";
    private static final int UNAUTHORIZED = 401;
    /** Before OIDC's, which would refuse our keys as tokens that it cannot read. */
    private static final int PRIORITY = HttpAuthenticationMechanism.DEFAULT_PRIORITY + 100;

    private final Access access;

    @Inject
    public ApiKeyMechanism(Access access) {
        this.access = access;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        return presented(context)
                .map(key -> identities.authenticate(new ApiKeyRequest(key)))
                .orElseGet(() -> Uni.createFrom().nullItem());
    }

    private Optional<String> presented(RoutingContext context) {
        if (!access.isOn()) {
            return Optional.empty();
        }
        String key = context.request().getHeader(HEADER);
        if (key != null) {
            return Optional.of(key);
        }
        String authorization = context.request().getHeader("Authorization");
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.empty();
        }
        String token = authorization.substring(BEARER.length()).strip();
        return access.oidc() && access.keys().find(token).isEmpty() ? Optional.empty() : Optional.of(token);
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(UNAUTHORIZED, "WWW-Authenticate", "Bearer"));
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(ApiKeyRequest.class);
    }

    @Override
    public int getPriority() {
        return PRIORITY;
    }
}
