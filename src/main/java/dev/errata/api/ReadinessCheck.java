package dev.errata.api;

import dev.errata.failure.ErrataException;
import dev.errata.service.Station;
import dev.errata.stream.channels.HistoryView;
import dev.errata.worker.Role;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Up when every role of this process runs and has caught up with the log, and the history that REST shows has too. */
@Readiness
@ApplicationScoped
public class ReadinessCheck implements HealthCheck {
    private final Station station;
    private final HistoryView view;

    @Inject
    public ReadinessCheck(Station station, HistoryView view) {
        this.station = station;
        this.view = view;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = LivenessCheck.tell(HealthCheckResponse.named("caught up"), station.states());
        station.servedVersion().ifPresent(version -> response.withData("servedVersion", version));
        station.pendingFacts().ifPresent(facts -> response.withData("pendingFacts", facts));
        return response.status(station.ready() && (!station.runs(Role.API) || hasHistory(response))).build();
    }

    private boolean hasHistory(HealthCheckResponseBuilder response) {
        try {
            long newest = view.history().newest();
            response.withData("newestVersion", newest);
            return newest >= station.servedVersion().orElse(0);
        } catch (ErrataException e) {
            response.withData("history", e.failure().name());
            return false;
        }
    }
}
