package dev.errata.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.delta.LiveFact;
import dev.errata.evaluation.FixedText;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.memit.Contexts;
import dev.errata.memit.Covariance;
import dev.errata.memit.Editor;
import dev.errata.memit.EditorSettings;
import dev.errata.memit.EditorSettings.Anchor;
import dev.errata.memit.HyperParameters;
import dev.errata.memit.MemoryTargets;
import dev.errata.transformer.CausalLm;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The experiments about lasting, on a model that is too small to say anything by its scores. */
class LastingTest {
    private static final MemoryTargets KEPT = new MemoryTargets();
    private static final List<LiveFact> FACTS = List.of(
            speaks("Anna Karenina", "Polish", "French"),
            speaks("Boris Godunov", "Swedish", "French"),
            speaks("Clara Schumann", "Georgian", "French"),
            speaks("Dmitri Karamazov", "Polish", "Swedish"));

    private static CausalLm model;
    private static Covariance covariance;
    private static HyperParameters parameters;
    private static Contexts contexts;
    private static FixedText text;
    private static Editor editor;

    @BeforeAll
    static void load() throws Exception {
        JsonNode memit = new ObjectMapper().readTree(resource("/oracle/gptj/memit/memit.json").toFile());
        model = CausalLm.load(resource("/oracle/gptj/model"), "cpu");
        parameters = HyperParameters.parse(memit.get("hparams").toString());
        contexts = Contexts.parse(memit.get("context_templates").toString());
        Path file = resource("/oracle/covariance.txt");
        covariance = Covariance.compute(model, file, OptionalLong.of(4000), parameters.layers(), tokens -> {});
        text = FixedText.read(model, file, 200);
        editor = editor(Anchor.BASE);
    }

    @AfterAll
    static void close() {
        editor.close();
        model.close();
    }

    private static Editor editor(Anchor anchor) {
        return new Editor(model, parameters, contexts, covariance,
                new EditorSettings(Double.MAX_VALUE, EditorSettings.MEMORY, anchor), KEPT);
    }

    private static Path resource(String name) throws Exception {
        return Path.of(LastingTest.class.getResource(name).toURI());
    }

    private static LiveFact speaks(String subject, String language, String before) {
        Fact fact = new Fact(subject, new Relation("P103", "{} is a native speaker of"), language);
        Probes probes = new Probes(List.of("The mother tongue of " + subject + " is"), List.of("Molière is a native speaker of"));
        return new LiveFact(new EventId("test", subject), fact, Revision.at(Instant.EPOCH), Optional.of(before), probes);
    }

    private static List<StreamCurve.Point> curve(Editor by, int batchSize, boolean remembers, Set<Integer> points) {
        return new StreamCurve(model, text, by).run(FACTS, batchSize, remembers, points);
    }

    @Test
    void shouldLookWhereItIsAskedToAndAtTheEnd() {
        List<StreamCurve.Point> curve = curve(editor, 1, true, Set.of(1, 2));

        assertThat(curve).extracting(StreamCurve.Point::facts).containsExactly(1, 2, 4);
        assertThat(curve).extracting(point -> point.all().facts()).containsExactly(1, 2, 4);
        assertThat(curve).extracting(point -> point.retained().facts()).containsExactly(0, 1, 2);
        assertThat(curve.get(0).retained().accuracy()).isNaN();
        assertThat(curve).allSatisfy(point -> assertThat(point.perplexity()).isPositive().isFinite());
        assertThat(curve(editor, 3, true, Set.of(1))).extracting(StreamCurve.Point::facts).containsExactly(3, 4);
    }

    @Test
    void shouldGiveTheSameCurveTwice() {
        List<StreamCurve.Point> one = curve(editor, 2, true, Set.of(2));
        List<StreamCurve.Point> other = curve(editor, 2, true, Set.of(2));

        for (int i = 0; i < one.size(); i++) {
            assertThat(other.get(i).all()).isEqualTo(one.get(i).all());
            assertThat(other.get(i).perplexity()).isEqualTo(one.get(i).perplexity());
        }
        assertThat(StreamCurve.shuffled(FACTS, 7)).isEqualTo(StreamCurve.shuffled(FACTS, 7)).containsExactlyInAnyOrderElementsOf(FACTS);
    }

    @Test
    void shouldStayNearOneBatchWhereTheReferencesWayDoesNot() {
        double atOnce = curve(editor, 4, true, Set.of()).get(0).perplexity();
        double streamed = curve(editor, 1, true, Set.of()).get(0).perplexity();

        try (Editor current = editor(Anchor.CURRENT)) {
            double reference = curve(current, 1, false, Set.of()).get(0).perplexity();

            assertThat(Math.abs(streamed - atOnce)).isLessThan(Math.abs(reference - atOnce));
        }
    }

    @Test
    void shouldReviseEachTimeToAnotherObject() {
        RevisionTrial trial = new RevisionTrial(model, text, editor);

        RevisionTrial.Result result = trial.run(FACTS.subList(0, 2), FACTS.subList(2, 4), 3, true, 1);

        assertThat(result.points()).hasSize(4);
        assertThat(result.points()).allSatisfy(point -> {
            assertThat(point.revised().facts()).isEqualTo(2);
            assertThat(point.others().facts()).isEqualTo(2);
        });
        RevisionTrial.Point last = result.points().get(3);
        assertThat(last.perplexity()).isCloseTo(result.atOnce().perplexity(), within(0.05 * result.atOnce().perplexity()));
        assertThat(trial.run(FACTS.subList(0, 2), FACTS.subList(2, 4), 3, true, 1))
                .as("the same seed")
                .usingRecursiveComparison()
                .ignoringFieldsMatchingRegexes(".*seconds")
                .isEqualTo(result);
    }

    @Test
    void shouldSearchNothingForARebase() {
        KEPT.clear();

        RebaseTrial.Result result = new RebaseTrial(model, text, editor).run(FACTS, 1);

        assertThat(result.stream().searches()).isEqualTo(4);
        assertThat(result.rebased().searches()).isZero();
        assertThat(result.share()).isBetween(0.0, 1.0);
        assertThat(result.distance()).isBetween(1e-9, 0.5);
        StreamCurve.Point atOnce = curve(editor, 4, true, Set.of()).get(0);
        assertThat(result.rebased().scores()).isEqualTo(atOnce.all());
        assertThat(result.rebased().perplexity()).isEqualTo(atOnce.perplexity());
    }

    @Test
    void shouldTakeTheHarmonicMeanOfTheThreeSuccesses() {
        assertThat(new LastingScores(1, 100, 0, 50, 0, 100, 0).harmonic()).isCloseTo(75, within(1e-9));
        assertThat(new LastingScores(1, 0, 0, 50, 0, 100, 0).harmonic()).isZero();
    }

    @Test
    void shouldRefuseABatchOfNothing() {
        assertThatThrownBy(() -> curve(editor, 0, true, Set.of())).hasMessageContaining("batchSize: 0 (expected: 1 or more)");
    }
}
