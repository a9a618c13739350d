package dev.errata.api;

import dev.errata.service.Station;
import dev.errata.stream.Head;
import dev.errata.stream.channels.ChannelSettings;
import dev.errata.stream.channels.HistoryView;
import dev.errata.worker.Role;
import dev.errata.worker.RoleThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What this process does and how far it is. */
@Path("/status")
@Tag(name = "process")
@Produces(MediaType.APPLICATION_JSON)
public class StatusResource {
    private final Station station;
    private final HistoryView view;
    private final String model;

    @Inject
    public StatusResource(Station station, HistoryView view, ChannelSettings settings) {
        this.station = station;
        this.view = view;
        this.model = settings.line().model();
    }

    /**
     * @param ready whether every role here is
     * @param roles what each role here is doing
     * @param paused whether an operator holds the editor of this model, as far as this process reads the audit
     * @param head the announced version, as far as this process reads announcements
     * @param servedVersion that the follower here answers from
     * @param pendingFacts that the accumulator here has taken in and not sealed
     */
    public record Status(
            String model,
            boolean ready,
            Map<String, String> roles,
            boolean paused,
            Optional<Long> head,
            OptionalLong servedVersion,
            OptionalInt pendingFacts) {}

    @GET
    @Operation(summary = "Show what this process does", description = "Its roles and their states, and how far it is in the log.")
    public Status status() {
        return new Status(
                model,
                station.ready(),
                roles(station.states()),
                view.history().paused(),
                view.history().head().map(Head::version),
                station.servedVersion(),
                station.pendingFacts());
    }

    static Map<String, String> roles(Map<Role, RoleThread.State> states) {
        Map<String, String> roles = new TreeMap<>();
        states.forEach((role, state) -> roles.put(role.label(), state.name().toLowerCase(Locale.ROOT)));
        return roles;
    }
}
