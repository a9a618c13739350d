package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.Arrival;
import dev.errata.fact.Position;
import dev.errata.failure.Failure;

/** What a record on the facts topic turned out to be. */
public sealed interface Received {
    Position position();

    /** A fact change. */
    record Readable(Arrival arrival) implements Received {
        public Readable {
            requireNonNull(arrival, "arrival");
        }

        @Override
        public Position position() {
            return arrival.position();
        }
    }

    /** Nothing that can be understood; the next commit makes it a dead letter. */
    record Unreadable(RawRecord record, Failure code, String message) implements Received {
        public Unreadable {
            requireNonNull(record, "record");
            requireNonNull(code, "code");
            requireNonNull(message, "message");
        }

        @Override
        public Position position() {
            return record.position();
        }
    }

    /** A request to seal what has been read. */
    record Flush(Position position) implements Received {
        public Flush {
            requireNonNull(position, "position");
        }
    }

    /** Meant for another model line, or a flush beside another in one poll. */
    record Ignored(Position position) implements Received {
        public Ignored {
            requireNonNull(position, "position");
        }
    }
}
