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
 * What one record says of one thing, in a hundred bytes: rows about the same thing meet when they are sorted.
 *
 * @param about what kind of thing
 * @param group which one
 * @param kind what the row says, and what the other components mean
 * @param place the record that says it
 * @param position a reading in the facts topic; {@link #NOWHERE} where there is none
 * @param number a version, or what the kind says
 * @param one as the kind says
 * @param two as the kind says
 * @param revision as the kind says; null where it says none
 */
record Row(
        About about,
        Fingerprint group,
        Kind kind,
        Place place,
        Position position,
        long number,
        Fingerprint one,
        Fingerprint two,
        Revision revision) implements Comparable<Row> {
    static final Position NOWHERE = new Position(-1, -1);

    /** The number of an intent that edits. */
    static final long EDIT = -1;

    /** The number of an intent that rebases. */
    static final long REBASE = -2;

    /** The things that rows are about. */
    enum About {
        /** An event, by {@code source} and {@code id}. */
        EVENT,
        /** A fact key. */
        KEY,
        /** A version, by its number. */
        VERSION,
        /** An intent, by its id. */
        INTENT,
        /** A record of the facts or the batches topic. */
        RECORD
    }

    /** What a row says. */
    enum Kind {
        /** A readable change in the facts topic. Of an event: one the change, two its key. Of a key: one event, two source, revision. */
        READ,
        /** A change in a batch. Of an event: number 1 for a retraction, one the change, two the intent. Of a key: as {@link #READ}. */
        SEALED,
        /** The accumulator remembers the change as pending. */
        PENDING,
        /** The accumulator does not know the event any more: to it, the event has never been. */
        FORGOTTEN,
        /** Outcome: applied in version {@code number}. Of an event: one its key. Of a key: one what it replaced. */
        APPLIED,
        /** Outcome. Of an event: one its key. Of a key: one the event, two the event that it was superseded by. */
        SUPERSEDED,
        /** Outcome; one its key. */
        DUPLICATE,
        /** Outcome of the worker; one its key. */
        REJECTED,
        /** Outcome of the accumulator, which saw a conflict; one its key. */
        CONFLICT,
        /** Version {@code number} writes the fact. Of an event: one the intent. Of a key: one as replaced, two as live. */
        WRITTEN,
        /** Version {@code number} is a copy and writes the fact. Of an event: as {@link #WRITTEN}. Of a key: as {@link #READ}. */
        COPIED,
        /** Version {@code number} takes the key's live fact out. */
        OUT,
        /** Version {@code number} makes the pair of the key's live fact anew: beside an edit, or in a rebase. */
        REWRITTEN,
        /** Version {@code number} changed the ledger: one the live fact; {@link Fingerprint#NONE} where none is live. */
        LEDGER,
        /** Version {@code number} is there. Of a version: one its digest. Of an intent: position has the intent's offset, as it says. */
        VERSION,
        /** Version {@code number} was evaluated: one its digest. */
        EVALUATION,
        /** Version {@code number} was announced: one its digest. */
        HEAD,
        /** A tag names version {@code number}: one its digest. */
        TAG,
        /** Version {@code number} is held. */
        HELD,
        /** An operator decided about version {@code number}: one the decision's id, two {@link Fingerprint#NONE} for a release. */
        DECISION,
        /** The version after {@code number}, which is held: one its intent, position has its kind as {@link VersionTable.Made#kind}. */
        NEXT,
        /** An intent: number the version to go back to, {@link #EDIT} or {@link #REBASE}. */
        INTENT,
        /** An intent that stands in the audit: the reject of version {@code number}. */
        REJECT,
        /** The audit says that the intent was declined. */
        DECLINED,
        /** A record that cannot be read: one its value. */
        UNREADABLE,
        /** The dead letter of a record: one its value, {@link Fingerprint#NONE} where it was cut. */
        LETTER
    }

    static Row of(About about, Fingerprint group, Kind kind, Place place) {
        return new Row(about, group, kind, place, NOWHERE, 0, Fingerprint.NONE, Fingerprint.NONE, null);
    }

    Row at(Position where) {
        return new Row(about, group, kind, place, where, number, one, two, revision);
    }

    Row number(long value) {
        return new Row(about, group, kind, place, position, value, one, two, revision);
    }

    Row one(Fingerprint value) {
        return new Row(about, group, kind, place, position, number, value, two, revision);
    }

    Row two(Fingerprint value) {
        return new Row(about, group, kind, place, position, number, one, value, revision);
    }

    Row revision(Revision value) {
        return new Row(about, group, kind, place, position, number, one, two, value);
    }

    boolean isOfSameGroup(Row other) {
        return about == other.about && group.equals(other.group);
    }

    /** Groups together; in each by kind, then place. */
    @Override
    public int compareTo(Row other) {
        int byAbout = about.compareTo(other.about);
        int byGroup = byAbout != 0 ? byAbout : group.compareTo(other.group);
        int byKind = byGroup != 0 ? byGroup : kind.compareTo(other.kind);
        int byPlace = byKind != 0 ? byKind : place.compareTo(other.place);
        // A record that says the same of many readings, or says it twice: any order, but always the same one.
        int byNumber = byPlace != 0 ? byPlace : Long.compare(number, other.number);
        return byNumber != 0 ? byNumber : Long.compare(position.offset(), other.position.offset());
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(about.ordinal());
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

    /** @throws java.io.EOFException at the end */
    static Row read(DataInput in) throws IOException {
        About about = About.values()[in.readByte()];
        Fingerprint group = fingerprint(in);
        Kind kind = Kind.values()[in.readByte()];
        Place place = new Place(Topic.values()[in.readByte()], in.readInt(), in.readLong());
        Position position = new Position(in.readInt(), in.readLong());
        return new Row(about, group, kind, place, position, in.readLong(), fingerprint(in), fingerprint(in), revision(in));
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
