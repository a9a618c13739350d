package dev.errata.api;

import dev.errata.service.Station;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Up when every role of this process runs and has caught up with the log. */
@Readiness
@ApplicationScoped
public class ReadinessCheck implements HealthCheck {
    private final Station station;

    @Inject
    public ReadinessCheck(Station station) {
        this.station = station;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = LivenessCheck.tell(HealthCheckResponse.named("caught up"), station.states());
        station.servedVersion().ifPresent(version -> response.withData("servedVersion", version));
        station.pendingFacts().ifPresent(facts -> response.withData("pendingFacts", facts));
        return response.status(station.ready()).build();
    }
}
