package dev.errata.api.access;

import dev.errata.stream.Operator;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * Takes a key from {@code X-API-Key}, or from {@code Authorization: Bearer}, where it may also be an OIDC token: what is no key of ours
 * is left to OIDC, if that is on. It knows its keys itself and asks no identity provider.
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
        String own = context.request().getHeader(HEADER);
        Optional<String> presented = own == null ? bearer(context) : Optional.of(own);
        Optional<ApiKey> key = presented.flatMap(access.keys()::find);
        if (key.isPresent()) {
            return Uni.createFrom().item(identity(key.get()));
        }
        boolean leftToOthers = presented.isEmpty() || own == null && access.oidc();
        return leftToOthers
                ? Uni.createFrom().nullItem()
                : Uni.createFrom().failure(new AuthenticationFailedException("not a key that is known"));
    }

    private static Optional<String> bearer(RoutingContext context) {
        return Optional.ofNullable(context.request().getHeader("Authorization"))
                .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(header -> header.substring(BEARER.length()).strip());
    }

    private static SecurityIdentity identity(ApiKey key) {
        QuarkusSecurityIdentity.Builder builder = QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(key.name()))
                .addAttribute(Caller.PROOF, Operator.Proof.KEY);
        key.roles().forEach(role -> builder.addRole(role.label()));
        return builder.build();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(UNAUTHORIZED, "WWW-Authenticate", "Bearer"));
    }

    @Override
    public int getPriority() {
        return PRIORITY;
    }
}
