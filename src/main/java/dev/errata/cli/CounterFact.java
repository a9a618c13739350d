package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A record of the CounterFact data set as one of our fact documents.
 *
 * @see <a href="https://rome.baulab.info/">CounterFact, in ROME (Meng et al. 2022)</a>
 */
final class CounterFact {
    private static final String REWRITE = "requested_rewrite";

    private CounterFact() {}

    static boolean is(JsonNode record) {
        return record.has(REWRITE);
    }

    /** What the record lacks, the document lacks; whoever reads it will say so. */
    static ObjectNode document(JsonNode record) {
        JsonNode rewrite = record.path(REWRITE);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        copy(rewrite.path("subject"), "subject", document);
        copy(rewrite.path("relation_id"), "relation", document);
        copy(rewrite.path("prompt"), "prompt", document);
        copy(rewrite.path("target_new").path("str"), "object", document);
        copy(rewrite.path("target_true").path("str"), "previousObject", document);
        copy(record.path("paraphrase_prompts"), "paraphrases", document);
        copy(record.path("neighborhood_prompts"), "neighbors", document);
        return document;
    }

    private static void copy(JsonNode value, String name, ObjectNode document) {
        if (!value.isMissingNode()) {
            document.set(name, value);
        }
    }
}
