package dev.errata.stream.memory;

import dev.errata.batch.Intent;
import dev.errata.delta.Chunk;
import dev.errata.delta.ChunkRef;
import dev.errata.delta.Chunks;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Commit;
import dev.errata.stream.Decision;
import dev.errata.stream.EditLog;
import dev.errata.stream.Head;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The editor's side of a {@link MemoryLine}. It never waits. */
final class MemoryEditLog implements EditLog {
    private final MemoryLine line;
    private final int owner;
    private boolean replayed;
    private boolean broken;
    private boolean inHand;
    private int next;
    private int attempts;

    MemoryEditLog(MemoryLine line, int owner) {
        this.line = line;
        this.owner = owner;
    }

    @Override
    public void replay(Visitor visitor) {
        List<Version> versions = line.versions();
        next = line.carriedOut();
        for (Version version : versions) {
            visitor.version(version, line.delta(version.number()), line.pairs(version.number()));
        }
        replayed = true;
    }

    @Override
    public Optional<Intent> next(Duration wait) {
        require(replayed && !inHand, "next (expected: after replay, and after a commit of the intent before)");
        List<Intent> intents = line.intents();
        if (next >= intents.size()) {
            return Optional.empty();
        }
        inHand = true;
        attempts = attempts == 0 ? line.attempt(next) : 1;
        return Optional.of(intents.get(next));
    }

    @Override
    public int attempts() {
        return attempts;
    }

    @Override
    public void excuse() {
        line.excuse();
    }

    @Override
    public long waiting() {
        return line.intents().size() - next - (inHand ? 1 : 0);
    }

    @Override
    public void commit(Commit commit) {
        require(inHand, "commit (expected: once for each intent that next gave)");
        broken = true;
        commit.version().ifPresent(version -> check(version, commit));
        // As many commits as intents were consumed: the position is part of the transaction.
        line.transaction(Faults.At.EDIT, Faults.At.EDIT, owner, () -> line.add(commit));
        broken = false;
        inHand = false;
        next++;
    }

    @Override
    public Optional<Decision> decision(long version, Duration wait) {
        return line.decision(version);
    }

    @Override
    public void commit(Decision decision, Commit commit) {
        require(!inHand, "commit of a decision (expected: while no intent is in hand)");
        broken = true;
        commit.version().ifPresent(version -> check(version, commit));
        line.transaction(Faults.At.EDIT, Faults.At.EDIT, owner, () -> line.addDecided(commit));
        broken = false;
    }

    private void check(Version version, Commit commit) {
        List<Version> before = line.versions();
        boolean follows = version.number() == before.size() + 1
                && (before.isEmpty() || before.get(before.size() - 1).digest().equals(version.predecessorDigest()));
        if (!follows) {
            throw new ErrataException(Failure.VERSION_CHAIN_BROKEN, version + " (expected: one that follows " + before.size() + ")");
        }
        if (version.change() instanceof Solved solved) {
            Chunks.join(solved.delta(), cut(solved.delta(), commit.delta()));
            Chunks.join(solved.pairs(), cut(solved.pairs(), commit.pairs()));
        }
    }

    private static List<Chunk> cut(PayloadRef ref, byte[] payload) {
        List<Chunk> chunks = new ArrayList<>();
        int at = 0;
        for (ChunkRef chunk : ref.chunks()) {
            int end = at + chunk.bytes();
            chunks.add(new Chunk(chunks.size(), ref.chunks().size(), Arrays.copyOfRange(payload, at, end)));
            at = end;
        }
        return chunks;
    }

    @Override
    public void announce(Head head) {
        require(true, "");
        broken = true;
        line.transaction(Faults.At.EDIT, Faults.At.ANNOUNCE, owner, () -> line.heads.add(head));
        broken = false;
    }

    private void require(boolean holds, String what) {
        if (broken || !holds) {
            throw new IllegalStateException(broken ? "used after a failure (expected: closed)" : what);
        }
    }

    @Override
    public void close() {
        broken = true;
    }
}
