package dev.errata.experiment;

import dev.errata.fuzz.Parser;
import dev.errata.fuzz.Shape;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The data set that {@code bench edit} is given. */
public final class ExperimentParsers {
    private static final String FACT =
            "{\"subject\": \"Angola\", \"relation_id\": \"P30\", \"prompt\": \"{} is located in\", \"object\": \"Africa\"}";

    private ExperimentParsers() {}

    public static List<Parser> all() {
        byte[] fact = FACT.getBytes(StandardCharsets.UTF_8);
        return List.of(Parser.ofFile("KnownFacts.read", "known.jsonl", List.of(fact), Shape.JSON, KnownFacts::read).withShare(3));
    }
}
