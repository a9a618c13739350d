package dev.errata.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.evaluation.FactScores;
import dev.errata.evaluation.Likelihood;
import dev.errata.evaluation.ProbedFact;
import dev.errata.evaluation.Question;
import dev.errata.evaluation.Score;
import dev.errata.evaluation.Scorer;
import dev.errata.evaluation.Scores;
import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.safetensors.Safetensors;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;

/** CounterFact's figures on recorded weights: every prompt's mean NLL of both objects, its flag, and the reference's own summary. */
final class MetricChecks {
    static final String FILE = "metrics/counterfact.json";

    private static final String RECORDS = "metrics/counterfact_records.json";
    /** The summary is rounded to two decimals. */
    private static final double ROUNDED = 0.005 + 1e-9;

    /** What the summary calls each score. */
    private static final Map<String, String> SUMMARY = Map.of(
            "ES", Scores.EFFICACY_SUCCESS,
            "PS", Scores.PARAPHRASE_SUCCESS,
            "NS", Scores.NEIGHBORHOOD_SUCCESS,
            "EA", Scores.EFFICACY_ACCURACY,
            "PA", Scores.PARAPHRASE_ACCURACY,
            "NA", Scores.NEIGHBORHOOD_ACCURACY);

    /** The three kinds of prompts as the reference names them, with the object whose flag is recorded. */
    private enum Kind {
        REWRITE("rewrite", "target_new"),
        PARAPHRASE("paraphrase", "target_new"),
        NEIGHBORHOOD("neighborhood", "target_true");

        private final String name;
        private final String flagged;

        Kind(String name, String flagged) {
            this.name = name;
            this.flagged = flagged;
        }
    }

    private final OracleDirectory oracle;
    private final CausalLm model;
    private final JsonNode recorded;
    private final double tolerance;
    private final Map<Long, ProbedFact> facts = new LinkedHashMap<>();

    MetricChecks(OracleDirectory oracle, CausalLm model) {
        this.oracle = oracle;
        this.model = model;
        this.recorded = oracle.json(FILE);
        this.tolerance = recorded.get("tolerance_max_abs").doubleValue();
        oracle.json(RECORDS).forEach(record -> facts.put(record.get("case_id").longValue(), fact(record)));
    }

    Stream<DynamicTest> all() {
        List<DynamicTest> tests = new ArrayList<>();
        recorded.get("states").fields().forEachRemaining(state -> tests.addAll(state(state.getKey(), state.getValue())));
        return tests.stream();
    }

    private List<DynamicTest> state(String name, JsonNode state) {
        List<DynamicTest> tests = new ArrayList<>();
        try (Overlay overlay = overlay(name)) {
            Scorer scorer = new Scorer(model, overlay);
            for (JsonNode one : state.get("cases")) {
                ProbedFact fact = facts.get(one.get("case_id").longValue());
                for (Kind kind : Kind.values()) {
                    List<Likelihood> answers = scorer.ask(questions(fact, kind));
                    tests.add(dynamicTest(name + ": " + one.get("case_id") + " " + kind.name, () -> check(kind, one, answers)));
                }
            }
            Scores scores = FactScores.of(List.copyOf(facts.values()), scorer::ask);
            tests.add(dynamicTest(name + ": summary", () -> summary(state, scores)));
        }
        return tests;
    }

    private Overlay overlay(String state) {
        if (state.equals("before")) {
            return Overlay.NONE;
        }
        Safetensors batch = oracle.tensors("memit/" + state.replaceFirst("^after_", "") + ".safetensors");
        Map<Integer, float[]> weights = new HashMap<>();
        for (int block = 0; block < model.config().blocks(); block++) {
            String weight = "layer." + block + ".weight";
            if (batch.has(weight)) {
                weights.put(block, batch.floats(weight));
            }
        }
        assertThat(weights).as("edited blocks of %s", state).isNotEmpty();
        return Overlay.of(model, weights);
    }

    /** Two for each prompt: the new object, then the true one. */
    private static List<Question> questions(ProbedFact fact, Kind kind) {
        List<String> prompts = switch (kind) {
            case REWRITE -> List.of(fact.fact().prompt());
            case PARAPHRASE -> fact.probes().paraphrases();
            case NEIGHBORHOOD -> fact.probes().neighbors();
        };
        return prompts.stream()
                .flatMap(prompt -> Stream.of(
                        new Question(prompt, fact.fact().object()), new Question(prompt, fact.previousObject().orElseThrow())))
                .toList();
    }

    private void check(Kind kind, JsonNode recordedCase, List<Likelihood> answers) {
        JsonNode nlls = recordedCase.get(kind.name + "_prompts_probs");
        JsonNode flags = recordedCase.get(kind.name + "_prompts_correct");
        assertThat(answers).hasSize(2 * nlls.size());
        for (int prompt = 0; prompt < nlls.size(); prompt++) {
            Likelihood written = answers.get(2 * prompt);
            Likelihood before = answers.get(2 * prompt + 1);
            assertThat(written.nll()).isCloseTo(nlls.get(prompt).get("target_new").doubleValue(), within(tolerance));
            assertThat(before.nll()).isCloseTo(nlls.get(prompt).get("target_true").doubleValue(), within(tolerance));
            Likelihood flagged = kind.flagged.equals("target_new") ? written : before;
            assertThat(flagged.first()).as("prompt %d is right", prompt).isEqualTo(flags.get(prompt).booleanValue());
        }
    }

    private void summary(JsonNode state, Scores scores) {
        assertThat(scores.facts()).isEqualTo(state.get("cases").size());
        SUMMARY.forEach((abbreviation, name) -> {
            Score score = scores.byName().get(name);
            assertThat(score).as(name).isNotNull();
            assertThat(score.percent()).as(name).isCloseTo(state.get("summary").get(abbreviation).doubleValue(), within(ROUNDED));
        });
    }

    private static ProbedFact fact(JsonNode record) {
        JsonNode rewrite = record.get("requested_rewrite");
        Relation relation = new Relation(rewrite.get("relation_id").textValue(), rewrite.get("prompt").textValue());
        return new ProbedFact(
                new Fact(rewrite.get("subject").textValue(), relation, rewrite.at("/target_new/str").textValue()),
                Optional.of(rewrite.at("/target_true/str").textValue()),
                new Probes(texts(record.get("paraphrase_prompts")), texts(record.get("neighborhood_prompts"))));
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::textValue).toList();
    }
}
