package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the names stand for, folded from the log in its order: an immutable tag is what was said first, a movable one what was said last.
 * So two operators who set a tag at once see the same tag, whichever of them was first.
 *
 * <h2>Thread safety</h2> None.
 */
public final class Tags {
    private final TreeMap<String, Tag> tags = new TreeMap<>();

    /** The next tag of the log; one that may not be, because the name is immutable, changes nothing. */
    public void add(Tag tag) {
        Tag before = tags.get(tag.name());
        if (before == null || before.movable()) {
            tags.put(tag.name(), tag);
        }
    }

    /**
     * Whether this may be the next tag of the log.
     *
     * @throws ErrataException TAG_IMMUTABLE when the name stands for another version for ever
     */
    public void check(Tag tag) {
        Tag before = tags.get(tag.name());
        if (before != null && !before.movable() && !before.equals(tag)) {
            throw new ErrataException(
                    Failure.TAG_IMMUTABLE, "tag: " + tag.name() + " (expected: version " + before.version() + ", which it names for ever)");
        }
    }

    public Optional<Tag> get(String name) {
        return Optional.ofNullable(tags.get(name));
    }

    /** In the order of their names. */
    public List<Tag> all() {
        return List.copyOf(tags.values());
    }
}
