package dev.errata.audit;

import dev.errata.audit.Row.About;
import dev.errata.audit.Row.Kind;
import dev.errata.delta.Tag;
import dev.errata.delta.Tags;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import java.util.Optional;

/**
 * Reads the names of versions. To be read before the versions: what is named was there.
 *
 * <h2>Limits</h2> Every name in memory. <h2>Thread safety</h2> None: one thread.
 */
final class Naming {
    private final Evidence evidence;
    private final Tags tags = new Tags();
    private long contradicted;

    Naming(Evidence evidence) {
        this.evidence = evidence;
    }

    void read() {
        evidence.each(Topic.TAGS, evidence::ofLine, (place, record) -> {
            Tag tag = EventCodec.TAG.decode(record.value());
            evidence.rows.add(Row.of(About.VERSION, new Fingerprint(0, tag.version()), Kind.TAG, place)
                    .number(tag.version())
                    .one(evidence.fingerprints.of(tag.digest())));
            contradicted += tags.get(tag.name()).filter(first -> !first.movable() && !first.equals(tag)).isPresent() ? 1 : 0;
            tags.add(tag);
        });
    }

    /** Two operators may give a name at once: the first counts, and the other one is to hear of it. */
    Optional<String> note() {
        return contradicted == 0
                ? Optional.empty()
                : Optional.of("tags that name otherwise what was named for ever: " + contradicted + "; they change nothing");
    }
}
