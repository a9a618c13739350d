package dev.errata.api.access;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Says who holds a key. */
@ApplicationScoped
public class ApiKeyProvider implements IdentityProvider<ApiKeyRequest> {
    private final Access access;

    @Inject
    public ApiKeyProvider(Access access) {
        this.access = access;
    }

    @Override
    public Class<ApiKeyRequest> getRequestType() {
        return ApiKeyRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(ApiKeyRequest request, AuthenticationRequestContext context) {
        return access.keys()
                .find(request.presented())
                .map(key -> Uni.createFrom().item(identity(key)))
                .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException("not a key that is known")));
    }

    private static SecurityIdentity identity(ApiKey key) {
        QuarkusSecurityIdentity.Builder builder = QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(key.name()))
                .addAttribute(Access.HOW, "apiKey");
        key.roles().forEach(role -> builder.addRole(role.label()));
        return builder.build();
    }
}
