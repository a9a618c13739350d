package dev.errata.follower;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.SnapshotSearch;
import dev.errata.delta.Tag;
import dev.errata.delta.Tags;
import dev.errata.delta.Version;
import dev.errata.delta.VersionChain;
import dev.errata.delta.Walk;
import dev.errata.stream.Head;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * What a follower has heard since it began to read the log, and its weights on their way to what it is to serve. A follower that begins
 * again takes another one.
 *
 * <h2>Thread safety</h2> Safe, except for {@link #step}, {@link #isOnItsWay}, {@link #mayServe} and {@link #forget}: those are for the
 * thread that follows.
 */
final class Course {
    /** While at least so many deltas are to be applied, one version in so many is served. */
    private static final int STRIDE = 16;

    private final Pin pin;
    private final VersionChain chain;
    private final Approach approach;
    private final Tags tags = new Tags();
    private Head head;

    /** @param ahead reads deltas before their turn; without it each is read when it is to be applied */
    Course(
            String line,
            Pin pin,
            SortedMap<String, EditedTensor> base,
            SnapshotSearch snapshots,
            Deltas deltas,
            Optional<Executor> ahead) {
        SortedMap<String, String> digests = new TreeMap<>();
        base.forEach((name, tensor) -> digests.put(name, tensor.digest()));
        this.pin = pin;
        this.chain = new VersionChain(line, digests);
        this.approach = new Approach(new Walk(base, chain, snapshots), new Ahead(deltas, chain, ahead));
    }

    VersionChain chain() {
        return chain;
    }

    /** @throws dev.errata.failure.ErrataException VERSION_CHAIN_BROKEN */
    void hear(Version version) {
        chain.append(version);
    }

    synchronized void hear(Head announced) {
        head = announced;
    }

    synchronized void hear(Tag tag) {
        tags.add(tag);
    }

    /** The announced version, as far as it was heard. */
    synchronized Optional<Head> head() {
        return Optional.ofNullable(head);
    }

    /** The version to be served, once every version up to the announced one is known and what is meant is among them. */
    synchronized OptionalLong target() {
        return head == null ? OptionalLong.empty() : pin.resolve(chain, head, tags);
    }

    /** Whether there is a version to be served that is not reached yet. One that may no longer be served is not gone on to. */
    boolean isOnItsWay() {
        OptionalLong target = target();
        target.ifPresent(approach::turn);
        return target.isPresent() && !approach.arrived();
    }

    /** Goes one delta nearer; to be called while it is on its way. */
    Walk step() {
        return approach.step();
    }

    /**
     * Whether the version that was come to is to be served, beside {@code served}.
     *
     * <p>A follower of the head serves versions on the way as well, or under a stream that is too fast none ever would be; far behind, not
     * each of them, since to load one costs as much as to apply it. After a restart the way comes by versions older than what is served:
     * readers must not be taken back to them.
     */
    boolean mayServe(long number, long served) {
        if (approach.arrived()) {
            return true;
        }
        boolean often = approach.left() < STRIDE || approach.left() % STRIDE == 0;
        return followsHead() && number > served && often && chain.get(number).held().isEmpty();
    }

    private boolean followsHead() {
        return head().filter(announced -> pin.followsHead(chain, announced)).isPresent();
    }

    /** Nothing more is wanted of what is read ahead; for the thread that follows. */
    void forget() {
        approach.forget();
    }
}
