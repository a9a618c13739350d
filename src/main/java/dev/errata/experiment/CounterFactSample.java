package dev.errata.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The 250 CounterFact records (Meng et al. 2022) that come with Errata, as fact changes: the demo's facts are the first of them. */
public final class CounterFactSample {
    /** Of every record. */
    public static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    /** Of every record. */
    public static final String SOURCE = "https://example.org/counterfact";

    private CounterFactSample() {}

    /** All of them, in the data set's order; event ids are its case ids, revisions 1. */
    public static List<Asserted> read() {
        try (InputStream in = CounterFactSample.class.getResourceAsStream("/experiment/counterfact-250.json")) {
            List<Asserted> facts = new ArrayList<>();
            for (JsonNode record : new ObjectMapper().readTree(in)) {
                facts.add(fact(record));
            }
            return facts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Asserted fact(JsonNode record) {
        JsonNode rewrite = record.get("requested_rewrite");
        Relation relation = new Relation(rewrite.get("relation_id").asText(), rewrite.get("prompt").asText());
        return new Asserted(
                new EventId(SOURCE, record.get("case_id").asText()),
                new Fact(rewrite.get("subject").asText(), relation, rewrite.at("/target_new/str").asText()),
                Revision.number(1, TIME),
                Optional.of(rewrite.at("/target_true/str").asText()),
                new Probes(texts(record.get("paraphrase_prompts")), texts(record.get("neighborhood_prompts"))));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
