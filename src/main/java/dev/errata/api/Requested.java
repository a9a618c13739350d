package dev.errata.api;

import dev.errata.delta.Version;
import dev.errata.failure.ErrataException;
import dev.errata.stream.channels.History;
import java.time.Duration;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * What somebody gets who asks for a version.
 *
 * @param id of the request; the version that comes of it names it as its intent
 * @param version present when it was waited for
 */
public record Requested(String id, Optional<VersionSummary> version) {
    private static final int WAIT_SECONDS_MAX = 600;

    /** Seconds to wait for the version, as a request says it. */
    static long seconds(String wait) {
        return Numbers.read("wait", wait, 0, 0, WAIT_SECONDS_MAX);
    }

    /**
     * 202 at once, or 200 when the version is there.
     *
     * @param after the newest version before the request
     * @throws ErrataException NotInTime when it was not made in time; the request stays in the log
     */
    static RestResponse<Requested> answer(History history, String id, long after, long seconds) throws InterruptedException {
        if (seconds == 0) {
            return RestResponse.status(RestResponse.Status.ACCEPTED, new Requested(id, Optional.empty()));
        }
        Version version = history.await(id, after, Duration.ofSeconds(seconds)).orElseThrow(() -> new NotInTime(id, seconds));
        return RestResponse.ok(new Requested(id, Optional.of(VersionSummary.of(version, history.evaluation(version.number())))));
    }
}
