package dev.errata.stream.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.batch.Intent;
import dev.errata.delta.Chunk;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version;
import dev.errata.fact.EventId;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Position;
import dev.errata.failure.Failure;
import dev.errata.stream.Audience;
import dev.errata.stream.Examples;
import dev.errata.stream.FactEvent;
import dev.errata.stream.Operation.Result;
import dev.errata.stream.RawRecord.Header;
import dev.errata.stream.RawRecord;
import dev.errata.stream.SharedTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The stored samples: events as they were written once, which must stay valid and readable for ever. A new field, type or case is a new
 * sample; a stored one is never changed.
 */
final class Samples {
    static final Path FOLDER = Path.of("src/test/resources/samples");

    private Samples() {}

    /** What the code writes today for each stored sample that was written by it. */
    static Map<String, CloudEvent> written() {
        Map<String, CloudEvent> all = new LinkedHashMap<>();
        all.put("fact-asserted-full", Events.of(Examples.asserted()));
        all.put("fact-asserted-plain", Events.of(Examples.plain()));
        all.put("fact-retracted", Events.of(Examples.retracted()));
        all.put("fact-retracted-of-lines", Events.of(new FactEvent(Examples.retracted(), Audience.of(List.of("a", "b")))));
        all.put("batch-flush", Events.flush(new EventId("urn:desk", "9"), Optional.of(Examples.MODEL), Examples.NOON));
        all.put("batch-flush-all", Events.flush(new EventId("urn:desk", "9"), Optional.empty(), Examples.NOON));
        all.put("batch-sealed", Events.of(Examples.LINE, new Intent.Edit(Examples.batch())));
        all.put("rollback-requested", Events.of(Examples.LINE, new Intent.Rollback("r-1", 2, "wrong source", Examples.NOON)));
        all.put("rebase-requested", Events.of(Examples.LINE, new Intent.Rebase("rebase-1", "compaction", Examples.NOON)));
        byte[] payload = {1, 2, 3};
        Version edit = Examples.edit(1, payload, payload);
        Edited change = (Edited) edit.change();
        Chunk chunk = new Chunk(0, 1, payload);
        all.put("version-committed-edit", Events.of(Examples.LINE, edit, 41));
        all.put("version-committed-rollback", Events.of(Examples.LINE, Examples.rollback(4, 2), 42));
        all.put("version-committed-rebase-held", Events.of(Examples.LINE, Examples.rebase(4, payload), 43));
        all.put("version-tagged", Events.of(Examples.LINE, Examples.tag(), "tag-1", Examples.NOON));
        all.put("delta-chunk", Events.of(Examples.LINE, EventType.DELTA_CHUNK, edit, chunk, change.delta().chunks().get(0)));
        all.put("pairs-chunk", Events.of(Examples.LINE, EventType.PAIRS_CHUNK, edit, chunk, change.pairs().chunks().get(0)));
        all.put("target-kept", Events.of(Examples.LINE, new SharedTarget("0".repeat(64), payload), Examples.NOON));
        all.put("head-announced", Events.of(Examples.LINE, Examples.head(3)));
        all.put("evaluation-completed", Events.of(Examples.LINE, Examples.evaluation(3)));
        all.put("outcome-settled-applied", outcome(Examples.applied()));
        all.put("outcome-settled-superseded", outcome(new Fate.Superseded(new EventId("urn:desk", "10"))));
        all.put("outcome-settled-duplicate", outcome(new Fate.Duplicate()));
        all.put("outcome-settled-rejected", outcome(Examples.rejected()));
        all.put("ledger-changed", Events.of(Examples.LINE, Examples.written(1), edit, 0));
        all.put("intake-noted-pending", Events.of(Examples.LINE, Examples.pending(), Examples.NOON));
        all.put("intake-noted-known", Events.of(Examples.LINE, Examples.known(), Examples.NOON));
        all.put("intake-noted-begun", Events.of(Examples.LINE, Examples.begun(), Examples.NOON));
        all.put("operation-recorded", Events.of(Examples.LINE, Examples.rolledBack(new Result.Accepted())));
        all.put("operation-recorded-declined", Events.of(Examples.LINE, Examples.rolledBack(
                new Result.Declined(Failure.VERSION_UNKNOWN, "version: 2 (expected: 0..1)"))));
        return all;
    }

    private static CloudEvent outcome(Fate fate) {
        return Events.of(Examples.LINE, Examples.outcome(fate), Examples.NOON);
    }

    /** An event as a sample file holds it. */
    static ObjectNode json(CloudEvent event) {
        ObjectNode sample = Json.MAPPER.createObjectNode();
        ObjectNode attributes = sample.putObject("attributes");
        attributes.put("type", event.type().type()).put("source", event.id().source()).put("id", event.id().id());
        event.subject().ifPresent(subject -> attributes.put("subject", subject));
        attributes.put("time", event.time().toString());
        ObjectNode headers = sample.putObject("headers");
        new TreeMap<>(event.headers()).forEach(headers::put);
        try {
            sample.set("data", event.type().isBytes() ? headers.deepCopy() : Json.MAPPER.readTree(event.data()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sample;
    }

    static List<Path> stored() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode read(Path file) {
        try {
            return Json.MAPPER.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static EventType type(JsonNode sample) {
        return EventType.of(sample.at("/attributes/type").asText()).orElseThrow();
    }

    /** The sample as a record in binary mode. */
    static RawRecord record(JsonNode sample) {
        List<Header> headers = new ArrayList<>();
        sample.get("attributes").properties().forEach(attribute ->
                headers.add(header("ce_" + attribute.getKey(), attribute.getValue().asText())));
        headers.add(header("ce_specversion", "1.0"));
        headers.add(header("content-type", "application/json"));
        byte[] value = sample.get("data").toString().getBytes(StandardCharsets.UTF_8);
        return new RawRecord(new Position(0, 0), Examples.NOON, null, value, headers);
    }

    static Header header(String name, String value) {
        return new Header(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
