package dev.errata.audit;

import dev.errata.delta.CanonicalApply;
import dev.errata.delta.Delta;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.Digest;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.TensorChange;
import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.LogSource;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The weights of the newest version, made from the base and the deltas of the log alone, and compared tensor by tensor with what each
 * version says.
 *
 * <p>A rollback to m has the digests of m, whose weights were compared already; they are made again only when an edit goes on from there.
 * A rebase begins at the base: from there on weights are known again, whatever was lost before.
 *
 * <h2>Limits</h2> A copy of the edited tensors beside the base's. <h2>Thread safety</h2> None: one thread.
 */
final class Weights {
    private final Evidence evidence;
    private final Optional<SortedMap<String, EditedTensor>> base;
    private SortedMap<String, EditedTensor> now;
    /** The version whose weights are still to be made before the next edit; -1 where {@link #now} is up to date. */
    private long target;
    /** Versions whose weights could not be made, or were not right; what goes on from there cannot be checked. */
    private final TreeSet<Long> broken = new TreeSet<>();
    private boolean isLost;
    private String note;

    Weights(Evidence evidence) {
        this.evidence = evidence;
        this.base = evidence.rules.base();
        this.note = base.isEmpty() ? "no model was given: deltas were not applied" : null;
    }

    Optional<String> note() {
        return Optional.ofNullable(note);
    }

    /** From here on the weights are not known, until a rollback to a version that is not made of this one, or a rebase. */
    void lose(String why) {
        if (!isLost) {
            broken.add(evidence.versions.head());
        }
        isLost = true;
        if (note == null) {
            note = "weights were not checked from version " + evidence.versions.head() + " on: " + why;
        }
    }

    void rolledBack(long to) {
        target = to;
        isLost = evidence.versions.path(to).stream().anyMatch(stretch -> !broken.subSet(stretch[0], stretch[1] + 1).isEmpty());
    }

    /** The same as {@link #edited}, from the base. */
    void rebased(Place place, Version version, Optional<byte[]> payload) {
        target = 0;
        isLost = false;
        edited(place, version, payload);
    }

    /** @param payload of the version's delta; empty where it is not what the version says */
    void edited(Place place, Version version, Optional<byte[]> payload) {
        if (payload.isEmpty()) {
            lose("its delta is not what it says");
            return;
        }
        Delta delta;
        try {
            delta = DeltaCodec.decode(payload.get());
            if (base.isEmpty() || isLost) {
                return;
            }
            if (target >= 0) {
                make(target);
                target = -1;
            }
            apply(delta);
        } catch (ErrataException e) {
            evidence.findings.add(meaning(e), place, "version " + version.number() + ": " + e.getMessage());
            lose("its delta cannot be applied");
            return;
        }
        compare(place, version);
    }

    private void compare(Place place, Version version) {
        for (TensorState tensor : version.tensors()) {
            String found = now.containsKey(tensor.name()) ? now.get(tensor.name()).digest() : "none";
            if (!found.equals(tensor.after())) {
                evidence.findings.require(
                        false, Invariant.REPLAY, place, "version " + version.number() + ": " + tensor.name() + " as replayed: " + found,
                        tensor.after());
                lose("its delta does not give its weights");
            }
        }
    }

    private void apply(Delta delta) {
        for (TensorChange change : delta.changes()) {
            EditedTensor tensor = now.get(change.tensor());
            if (tensor == null) {
                throw new ErrataException(Failure.DELTA_INVALID, "change of " + change.tensor() + " (expected: of " + now.keySet() + ")");
            }
            CanonicalApply.applyInPlace(tensor, change);
        }
    }

    /** From the base, by the deltas of the log. */
    private void make(long number) {
        now = new TreeMap<>();
        base.orElseThrow().forEach((name, tensor) -> now.put(name, tensor.copy()));
        for (long[] stretch : evidence.versions.path(number)) {
            for (long at = stretch[0]; at <= stretch[1]; at++) {
                if (evidence.versions.deltaOffset(at) >= 0) {
                    apply(DeltaCodec.decode(again(at, evidence.versions.deltaOffset(at))));
                }
            }
        }
        SortedMap<String, String> digests = new TreeMap<>();
        now.forEach((name, tensor) -> digests.put(name, tensor.digest()));
        if (number > 0 && !evidence.fingerprints.of(Digest.version(digests)).equals(evidence.versions.digest(number))) {
            String found = "version " + number + " made again: " + Digest.version(digests);
            throw new ErrataException(Failure.VERSION_CHAIN_BROKEN, found + " (expected: its digest)");
        }
    }

    /** The chunks of a payload that was read and found right before. */
    private byte[] again(long number, long offset) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        try (LogSource.Cursor cursor = evidence.source.read(Topic.DELTAS, offset)) {
            boolean last = false;
            while (!last) {
                RawRecord chunk = cursor.next().orElseThrow(() -> new ErrataException(
                        Failure.CHUNK_INVALID, "deltas of version " + number + " are gone (expected: kept forever)"));
                if (evidence.ofLine(chunk)) {
                    payload.writeBytes(chunk.value());
                    String[] place = chunk.header(Events.CHUNK_HEADER).orElse("").split("/");
                    last = place.length == 2 && place[0].equals(place[1]);
                }
            }
        }
        return payload.toByteArray();
    }

    /** What a payload breaks that its hashes are right of and that still cannot be used. */
    static Invariant meaning(ErrataException e) {
        boolean finite = e.failure() != Failure.EDIT_NOT_FINITE && !e.getMessage().contains("a finite");
        return finite ? Invariant.REPLAY : Invariant.FINITE;
    }
}
