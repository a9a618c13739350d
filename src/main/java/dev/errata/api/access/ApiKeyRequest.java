package dev.errata.api.access;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** A caller presents this as a key of theirs. */
final class ApiKeyRequest extends BaseAuthenticationRequest {
    private final String presented;

    ApiKeyRequest(String presented) {
        this.presented = presented;
    }

    String presented() {
        return presented;
    }
}
