package dev.errata.api;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response.Status;

/** What was waited for did not come; it may still. */
final class NotInTime extends WebApplicationException {
    NotInTime(String intent, long seconds) {
        this("version", intent, seconds);
    }

    /** @param what should have come of it */
    NotInTime(String what, String intent, long seconds) {
        super("no " + what + " of " + intent + " after " + seconds + " s; the request stays in the log", Status.GATEWAY_TIMEOUT);
    }
}
