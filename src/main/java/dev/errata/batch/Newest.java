package dev.errata.batch;

import dev.errata.fact.EventId;
import dev.errata.fact.Revision;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * How far one source has come with one fact key. The highest number and the latest times are kept apart because {@link Revision} is no
 * order when a source gives some changes a number and others none: only a change that is older than none of those before may go on.
 *
 * @param event the newest event
 * @param number the highest revision number, if any change had one
 * @param numberless the latest time among changes without a number; {@link Instant#MIN} if there is none
 * @param time the latest time among all changes
 */
record Newest(EventId event, OptionalLong number, Instant numberless, Instant time) {

    static Newest of(Known known) {
        return new Newest(known.event(), OptionalLong.empty(), Instant.MIN, Instant.MIN).then(known);
    }

    /** Whether any of the changes so far makes this revision an older one. */
    boolean isNewerThan(Revision revision) {
        if (revision.number().isPresent()) {
            boolean byNumber = number.isPresent() && revision.number().getAsLong() < number.getAsLong();
            return byNumber || revision.time().isBefore(numberless);
        }
        return revision.time().isBefore(time);
    }

    /** After a change that is not older. */
    Newest then(Known known) {
        Revision revision = known.revision();
        boolean numbered = revision.number().isPresent();
        return new Newest(
                known.event(),
                numbered ? revision.number() : number,
                numbered ? numberless : later(numberless, revision.time()),
                later(time, revision.time()));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }
}
