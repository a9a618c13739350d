package dev.errata.api.access;

import dev.errata.stream.Operator;
import dev.errata.stream.Operator.Proof;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/**
 * Who makes the request at hand, as the audit will name them.
 *
 * <h2>Thread safety</h2> Safe; answers for the request of the thread that asks.
 */
@ApplicationScoped
public class Caller {
    /** The attribute of an identity that says what showed it; a token's has none. */
    static final String PROOF = "errata.proof";

    private final Access access;
    private final SecurityIdentity identity;

    @Inject
    public Caller(Access access, SecurityIdentity identity) {
        this.access = access;
        this.identity = identity;
    }

    public Operator operator() {
        if (!access.isOn()) {
            return Operator.ANYBODY;
        }
        Proof proof = identity.getAttribute(PROOF);
        return new Operator(identity.getPrincipal().getName(), proof == null ? Proof.TOKEN : proof, List.copyOf(identity.getRoles()));
    }
}
