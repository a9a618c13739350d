package dev.errata.api;

import dev.errata.service.Station;
import dev.errata.worker.Role;
import dev.errata.worker.RoleThread.State;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/** Down when a role has ended although nobody asked it to: only a new process helps. A role that recovers or is fenced is alive. */
@Liveness
@ApplicationScoped
public class LivenessCheck implements HealthCheck {
    private final Station station;

    @Inject
    public LivenessCheck(Station station) {
        this.station = station;
    }

    @Override
    public HealthCheckResponse call() {
        Map<Role, State> states = station.states();
        return tell(HealthCheckResponse.named("roles"), states).status(!states.containsValue(State.STOPPED)).build();
    }

    static HealthCheckResponseBuilder tell(HealthCheckResponseBuilder response, Map<Role, State> states) {
        states.forEach((role, state) -> response.withData(role.label(), state.name().toLowerCase(Locale.ROOT)));
        return response;
    }
}
