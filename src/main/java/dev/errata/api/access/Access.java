package dev.errata.api.access;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.worker.Settings;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Whether callers must say who they are, and the check at start that a service that asks nobody is reached by nobody else.
 *
 * <p>Security is on as soon as there is a key or OIDC. There is no switch that turns it off beside them: a forgotten one would be found
 * by others first.
 *
 * <h2>Thread safety</h2> Immutable once constructed.
 */
@ApplicationScoped
public class Access {
    private static final Logger LOG = Logger.getLogger(Access.class);

    private final Settings.Security settings;
    private final String host;
    private final Optional<String> authServer;
    private final Optional<String> publicKey;
    private final ApiKeys keys;

    /** @throws ErrataException SETTING_INVALID for a key that is none */
    @Inject
    public Access(
            Settings settings,
            @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> authServer,
            @ConfigProperty(name = "quarkus.oidc.public-key") Optional<String> publicKey) {
        this.settings = settings.security();
        this.host = host;
        this.authServer = authServer;
        this.publicKey = publicKey;
        this.keys = ApiKeys.of(this.settings);
    }

    /** Before anything is made, and long before the port is open. */
    void check(@Observes @Priority(0) StartupEvent event) {
        if (settings.oidc() && authServer.isEmpty() && publicKey.isEmpty()) {
            throw new ErrataException(
                    Failure.SETTING_INVALID, "errata.security.oidc: true, but of whom (expected: quarkus.oidc.auth-server-url)");
        }
        if (isOn()) {
            LOG.infof("callers must say who they are: API keys %s, OIDC %s", keys.isEmpty() ? "off" : "on", oidc() ? "on" : "off");
        } else if (isLoopback(host)) {
            LOG.infof("no keys and no OIDC: everybody on this machine may do everything; listening on %s alone", host);
        } else if (settings.open()) {
            LOG.warnf("no keys and no OIDC, and errata.security.open=true: everybody who reaches %s may do everything", host);
        } else {
            throw new ErrataException(
                    Failure.SETTING_INVALID,
                    "quarkus.http.host: " + host + " without keys and OIDC (expected: a loopback address such as 127.0.0.1; or"
                            + " errata.security.keys, or errata.security.oidc; or errata.security.open=true if all who reach it may do"
                            + " everything)");
        }
    }

    /** Whether callers must say who they are. */
    public boolean isOn() {
        return !keys.isEmpty() || settings.oidc();
    }

    boolean oidc() {
        return settings.oidc();
    }

    ApiKeys keys() {
        return keys;
    }

    boolean probesAreOpen() {
        return settings.probes() == Settings.Probes.EVERYONE;
    }

    /** A name that nobody knows is not: the start then fails for its own reason. */
    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
