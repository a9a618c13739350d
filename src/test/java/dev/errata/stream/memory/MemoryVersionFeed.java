package dev.errata.stream.memory;

import dev.errata.delta.Version;
import dev.errata.stream.Head;
import dev.errata.stream.VersionFeed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The follower's side of a {@link MemoryLine}. It never waits. */
final class MemoryVersionFeed implements VersionFeed {
    private final MemoryLine line;
    private Optional<Head> head = Optional.empty();
    private int given;
    private boolean halted;

    MemoryVersionFeed(MemoryLine line) {
        this.line = line;
    }

    @Override
    public Optional<Version> next(Duration wait) {
        if (halted) {
            throw new IllegalStateException("the feed has halted (expected: a new feed after a failure)");
        }
        halted = true;
        List<Head> heads = line.heads();
        for (Head announced : heads) {
            if (head.isEmpty() || announced.version() > head.get().version()) {
                head = Optional.of(announced);
            }
        }
        Optional<Version> next = head.filter(known -> known.version() > given).map(known -> line.versions().get(given));
        given += next.isPresent() ? 1 : 0;
        halted = false;
        return next;
    }

    @Override
    public Optional<Head> head() {
        return head;
    }

    @Override
    public void close() {
        halted = true;
    }
}
