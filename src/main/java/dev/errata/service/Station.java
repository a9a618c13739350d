package dev.errata.service;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.follower.Answers;
import dev.errata.worker.Role;
import dev.errata.worker.RoleThread;
import dev.errata.worker.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What runs in this process. */
@ApplicationScoped
public class Station {
    private final Settings settings;

    @Inject
    public Station(Settings settings) {
        this.settings = settings;
    }

    public Settings settings() {
        return settings;
    }

    public Map<Role, RoleThread.State> states() {
        return Map.of();
    }

    public boolean ready() {
        return true;
    }

    public Answers answers() {
        throw new ErrataException(Failure.NOT_READY, "roles: " + settings.roles() + " (expected: follower)");
    }

    public OptionalLong servedVersion() {
        return OptionalLong.empty();
    }

    public OptionalInt pendingFacts() {
        return OptionalInt.empty();
    }
}
