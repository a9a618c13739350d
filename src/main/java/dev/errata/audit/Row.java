package dev.errata.audit;

import dev.errata.fact.Position;
import dev.errata.fact.Revision;
import dev.errata.stream.Topic;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * What one record says of one event, or of one fact key, in a hundred bytes: rows that belong together share {@code group} and meet when
 * they are sorted.
 *
 * @param group the event or the fact key
 * @param kind what the other components mean
 * @param place the record that says it
 * @param position the reading in the facts topic that it is about; {@link #NOWHERE} where it is about none
 * @param number a version, or what the kind says
 * @param one as the kind says
 * @param two as the kind says
 * @param revision as the kind says; null where it says none
 */
record Row(
        Fingerprint group,
        Kind kind,
        Place place,
        Position position,
        long number,
        Fingerprint one,
        Fingerprint two,
        Revision revision) implements Comparable<Row> {
    static final Position NOWHERE = new Position(-1, -1);

    /** What a row says. */
    enum Kind {
        /** A readable change in the facts topic. By event: one the change, two its key. By key: one event, two source, with revision. */
        READ,
        /** A change in a batch; number is 1 for a retraction. By event: one the change, two the intent. By key: as {@link #READ}. */
        SEALED,
        /** The accumulator remembers the change as pending. */
        PENDING,
        /** The accumulator remembers the event and no more. */
        KNOWN,
        /** Outcome: applied in version {@code number}. By event: one its key. By key: one what it replaced. */
        APPLIED,
        /** Outcome. By event: one its key. By key: one the event, two the event that it was superseded by. */
        SUPERSEDED,
        /** Outcome; one its key. */
        DUPLICATE,
        /** Outcome of the worker; one its key. */
        REJECTED,
        /** Outcome of the accumulator, which saw a conflict; one its key. */
        CONFLICT,
        /** Version {@code number} writes the fact. By event: one the intent. By key: one as replaced, two as live. */
        WRITTEN,
        /** Version {@code number} takes the key's live fact out. */
        OUT,
        /** Version {@code number} makes the pair of the key's live fact anew. */
        REWRITTEN,
        /** Version {@code number} changed the ledger: one the live fact. */
        LEDGER,
        /** Version {@code number} changed the ledger: no fact is live. */
        LEDGER_REMOVED
    }

    /** By group, kind, then place: the order in which the joins read. */
    @Override
    public int compareTo(Row other) {
        int byGroup = group.compareTo(other.group);
        if (byGroup != 0) {
            return byGroup;
        }
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : place.compareTo(other.place);
    }

    void write(DataOutput out) throws IOException {
        write(out, group);
        out.writeByte(kind.ordinal());
        out.writeByte(place.topic().ordinal());
        out.writeInt(place.partition());
        out.writeLong(place.offset());
        out.writeInt(position.partition());
        out.writeLong(position.offset());
        out.writeLong(number);
        write(out, one);
        write(out, two);
        out.writeByte(revision == null ? 0 : revision.number().isPresent() ? 2 : 1);
        if (revision != null) {
            out.writeLong(revision.number().orElse(0));
            out.writeLong(revision.time().getEpochSecond());
            out.writeInt(revision.time().getNano());
        }
    }

    static Row read(DataInput in) throws IOException {
        Fingerprint group = fingerprint(in);
        Kind kind = Kind.values()[in.readByte()];
        Place place = new Place(Topic.values()[in.readByte()], in.readInt(), in.readLong());
        Position position = new Position(in.readInt(), in.readLong());
        return new Row(group, kind, place, position, in.readLong(), fingerprint(in), fingerprint(in), revision(in));
    }

    private static Revision revision(DataInput in) throws IOException {
        byte form = in.readByte();
        if (form == 0) {
            return null;
        }
        long number = in.readLong();
        Instant time = Instant.ofEpochSecond(in.readLong(), in.readInt());
        return new Revision(form == 2 ? OptionalLong.of(number) : OptionalLong.empty(), time);
    }

    private static void write(DataOutput out, Fingerprint fingerprint) throws IOException {
        out.writeLong(fingerprint.high());
        out.writeLong(fingerprint.low());
    }

    private static Fingerprint fingerprint(DataInput in) throws IOException {
        return new Fingerprint(in.readLong(), in.readLong());
    }
}
