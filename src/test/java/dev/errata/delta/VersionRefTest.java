package dev.errata.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.VersionRef.Announced;
import dev.errata.delta.VersionRef.At;
import dev.errata.delta.VersionRef.Numbered;
import dev.errata.delta.VersionRef.Tagged;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions as people name them, and names for versions. */
class VersionRefTest {
    private static final String DIGEST = "0".repeat(64);
    private static final Instant MAY = Instant.parse("2026-05-01T12:00:00Z");

    private final Tags tags = new Tags();
    private final VersionRef.Line line = new VersionRef.Line() {
        @Override
        public long announced() {
            return 6;
        }

        @Override
        public long newest() {
            return 7;
        }

        @Override
        public Optional<Tag> tag(String name) {
            return tags.get(name);
        }

        @Override
        public long at(Instant time) {
            return time.isBefore(MAY) ? 0 : 4;
        }
    };

    private static Tag tag(String name, long version, boolean movable) {
        return new Tag(name, version, DIGEST, movable);
    }

    private static void refused(Runnable work, Failure code) {
        assertThatThrownBy(work::run).isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(code));
    }

    @Test
    void shouldReadWhatPeopleWrite() {
        assertThat(VersionRef.parse("42")).isEqualTo(new Numbered(42));
        assertThat(VersionRef.parse("base")).isEqualTo(new Numbered(0));
        assertThat(VersionRef.parse("head")).isEqualTo(new Announced());
        assertThat(VersionRef.parse("stable-1.0")).isEqualTo(new Tagged("stable-1.0"));
        assertThat(VersionRef.parse("2026-05-01T12:00Z")).isEqualTo(new At(MAY));
        assertThat(VersionRef.parse("2026-05-01T14:00:00+02:00")).isEqualTo(new At(MAY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 3", "-1", "3.5", "1234567890123456789", "2026-05-01", "2026-05-01T12:00", "a/b", "ä"})
    void shouldRefuseWhatNamesNoVersion(String text) {
        refused(() -> VersionRef.parse(text), Failure.REQUEST_INVALID);
    }

    @Test
    void shouldResolveToANumber() {
        tags.add(tag("stable", 3, false));

        assertThat(VersionRef.parse("7").resolve(line)).isEqualTo(7);
        assertThat(VersionRef.parse("head").resolve(line)).isEqualTo(6);
        assertThat(VersionRef.parse("stable").resolve(line)).isEqualTo(3);
        assertThat(VersionRef.parse("2026-05-01T12:00Z").resolve(line)).isEqualTo(4);
        refused(() -> VersionRef.parse("8").resolve(line), Failure.VERSION_UNKNOWN);
        refused(() -> VersionRef.parse("stabel").resolve(line), Failure.TAG_UNKNOWN);
    }

    @Test
    void shouldKeepAnImmutableTagAndMoveAMovableOne() {
        tags.add(tag("fixed", 1, false));
        tags.add(tag("fixed", 2, false));
        tags.add(tag("fixed", 2, true));
        tags.add(tag("moves", 1, true));
        tags.add(tag("moves", 2, true));

        assertThat(tags.all()).containsExactly(tag("fixed", 1, false), tag("moves", 2, true));
        refused(() -> tags.check(tag("fixed", 2, false)), Failure.TAG_IMMUTABLE);
        tags.check(tag("fixed", 1, false));
        tags.check(tag("moves", 3, true));
        tags.check(tag("new", 3, true));
    }

    @Test
    void shouldStayWhereItIsOnceAMovableTagIsMadeImmutable() {
        tags.add(tag("release", 1, true));
        tags.add(tag("release", 2, false));
        tags.add(tag("release", 3, true));

        assertThat(tags.get("release")).contains(tag("release", 2, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"head", "base", "7", "", "-a", "a b", "a/b"})
    void shouldRefuseATagThatWouldBeReadAsSomethingElse(String name) {
        refused(() -> tag(name, 1, false), Failure.REQUEST_INVALID);
    }
}
