package dev.errata.audit;

import dev.errata.delta.LiveFact;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome.Replaced;
import dev.errata.fact.Probes;
import dev.errata.fact.Revision;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Takes fingerprints. Each text counts with its length before it, so that no two lists of texts read the same.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
final class Fingerprints {
    private final MessageDigest sha256;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

    Fingerprints() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    Fingerprint of(String text) {
        add(text);
        return take();
    }

    Fingerprint of(EventId event) {
        add(event);
        return take();
    }

    Fingerprint of(FactKey key) {
        add(key.subject());
        add(key.relation());
        return take();
    }

    /** Everything that a change says. */
    Fingerprint of(FactChange change) {
        add(change.event());
        add(change.revision());
        if (change instanceof FactChange.Asserted asserted) {
            add("asserted");
            add(asserted.fact());
            add(asserted.previousObject());
            add(asserted.probes());
        } else if (change instanceof FactChange.Retracted retracted) {
            add("retracted");
            add(retracted.subject());
            add(retracted.relation());
        }
        return take();
    }

    /** A live fact and the version that wrote it. */
    Fingerprint of(long version, LiveFact live) {
        add(version);
        add(live.event());
        add(live.revision());
        add(live.fact());
        add(live.previousObject());
        add(live.probes());
        return take();
    }

    Fingerprint of(Replaced replaced) {
        add(replaced.version());
        add(replaced.event());
        add(replaced.object());
        return take();
    }

    private void add(EventId event) {
        add(event.source());
        add(event.id());
    }

    private void add(Revision revision) {
        add(revision.number().isPresent() ? 1 : 0);
        add(revision.number().orElse(0));
        add(revision.time());
    }

    private void add(Instant time) {
        add(time.getEpochSecond());
        add(time.getNano());
    }

    private void add(Fact fact) {
        add(fact.subject());
        add(fact.relation().id());
        add(fact.relation().prompt());
        add(fact.object());
    }

    private void add(Optional<String> text) {
        add(text.stream().toList());
    }

    private void add(Probes probes) {
        add(probes.paraphrases());
        add(probes.neighbors());
    }

    private void add(List<String> texts) {
        add(texts.size());
        texts.forEach(this::add);
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(bytes.length);
        sha256.update(bytes);
    }

    private void add(long value) {
        sha256.update(number.putLong(0, value).array());
    }

    private Fingerprint take() {
        ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
        return new Fingerprint(digest.getLong(), digest.getLong());
    }
}
