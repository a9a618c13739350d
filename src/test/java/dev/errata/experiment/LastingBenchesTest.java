package dev.errata.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.errata.delta.LiveFact;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benches about lasting run and name what they measure, on a model that is too small to say anything by its scores. */
class LastingBenchesTest {
    private static final List<LiveFact> FACTS = List.of(
            fact("Anna Karenina", "P103", "{} is a native speaker of", "Polish", "French"),
            fact("Boris Godunov", "P103", "{} is a native speaker of", "Swedish", "French"),
            fact("Anna Karenina", "P19", "{} was born in", "Rome", "Paris"),
            fact("Boris Godunov", "P19", "{} was born in", "Paris", "Rome"));

    @TempDir
    private Path directory;

    private Path model;

    @BeforeEach
    void copy() throws IOException {
        model = TinyDirectory.in(directory);
    }

    private static LiveFact fact(String subject, String relation, String prompt, String object, String before) {
        Fact fact = new Fact(subject, new Relation(relation, prompt), object);
        Probes probes = new Probes(List.of("Of " + subject + " they say:"), List.of("Molière is a native speaker of"));
        return new LiveFact(new EventId("test", subject + relation), fact, Revision.at(Instant.EPOCH), Optional.of(before), probes);
    }

    private List<BenchRow> run(Bench bench, List<Integer> sizes, Optional<List<LiveFact>> facts) {
        List<BenchRow> rows = new ArrayList<>();
        bench.run(sizes, new BenchContext(TinyDirectory.configuration(model), facts, List.of(), said -> {}), rows::add);
        return rows;
    }

    @Test
    void shouldFollowAStreamBesideTheReferencesWay() {
        List<BenchRow> rows = run(new LastingBench(), List.of(4, 1), Optional.of(FACTS));

        assertThat(rows).extracting(BenchRow::n).containsExactly(4, 1);
        assertThat(rows.get(0).more())
                .containsKeys("S", "ES", "PS", "NS", "EA", "PA", "NA", "perplexity", "change_norm", "seconds", "shuffled_S")
                .doesNotContainKeys("reference_S", "retention");
        assertThat(rows.get(1).more())
                .containsKeys("S", "retention", "at_1_EA", "at_2_retention", "shuffled_EA", "reference_S", "reference_shuffled_EA");
        assertThat(rows.get(1).more().get("reference_change_norm")).isNotEqualTo(rows.get(1).more().get("change_norm"));
        double searching = rows.get(1).more().get("targets_seconds");
        assertThat(rows.get(1).more().get("seconds")).as("keys and solve alone, or nearly").isPositive();
        assertThat(searching).isPositive();
    }

    @Test
    void shouldFollowRevisionsFromTheFirstWritingOn() {
        List<BenchRow> rows = run(new RevisionsBench(), List.of(0, 2), Optional.of(FACTS));

        assertThat(rows).extracting(BenchRow::n).containsExactly(0, 2);
        assertThat(rows).allSatisfy(row -> assertThat(row.more())
                .containsKeys("revised_accuracy", "others_accuracy", "neighborhood", "perplexity", "at_once_revised_accuracy",
                        "reference_others_accuracy"));
        assertThat(rows.get(1).more().get("perplexity"))
                .isCloseTo(rows.get(1).more().get("at_once_perplexity"), within(0.05 * rows.get(1).more().get("perplexity")));
        refused(new RevisionsBench(), List.of(1), FACTS.subList(0, 1), "facts: 1 (expected: 2 or more)");
    }

    @Test
    void shouldTakeAFifthOutAndLookAtWhatIsAnswered() {
        List<LiveFact> facts = new ArrayList<>(FACTS);
        facts.add(fact("Clara Barton", "P103", "{} is a native speaker of", "Polish", "English"));

        BenchRow row = run(new RetractionBench(), List.of(5), Optional.of(facts)).get(0);

        assertThat(row.phases()).containsOnlyKeys("write", "retract");
        assertThat(row.more())
                .containsEntry("retracted", 1.0)
                .containsKeys("base_known", "before_retracted_answered", "retracted_answered", "at_once_retracted_answered", "likelier",
                        "before_others_accuracy", "others_accuracy", "at_once_others_accuracy", "base_perplexity",
                        "mean_others_accuracy", "mean_at_once_others_accuracy");
        assertThat(row.more().get("perplexity")).as("nearly the weights of the others at once")
                .isCloseTo(row.more().get("at_once_perplexity"), within(0.05 * row.more().get("perplexity")));
        assertThat(row.more().get("rebased_perplexity")).as("a rebase gives the weights of the others at once")
                .isCloseTo(row.more().get("at_once_perplexity"), within(1e-4 * row.more().get("perplexity")));
        refused(new RetractionBench(), List.of(6), facts, "facts: 5 (expected: 6 or more)");
    }

    @Test
    void shouldCountEverySearchInTheStreamAndNoneInItsRebase() {
        List<BenchRow> rows = run(new RebaseBench(), List.of(2, 4), Optional.of(FACTS));

        assertThat(rows).extracting(row -> row.more().get("rebase_searches")).containsOnly(0.0);
        // Two of the four share the key of the two others: with each new sharer, a target for both is searched.
        assertThat(rows).extracting(row -> row.more().get("searches")).containsExactly(2.0, 2.0, 2.0, 4.0);
        assertThat(rows).extracting(row -> row.more().get("from_one_batch")).containsOnly(0.0);
        assertThat(rows).extracting(row -> row.more().get("from_one_batch_searched_anew")).allMatch(far -> far < 1e-3);
        assertThat(rows).allSatisfy(row -> {
            double share = row.phases().get("rebase") / row.phases().get("edit");
            assertThat(row.more().get("share_percent")).isCloseTo(100 * share, within(1e-6));
            assertThat(row.more()).containsKeys("S", "rebased_S", "perplexity", "rebased_perplexity", "distance");
        });
        refused(new RebaseBench(), List.of(5), FACTS, "facts: 4 (expected: 5 or more)");
    }

    @Test
    void shouldHoldJointTargetsBesideATargetEach() {
        List<BenchRow> rows = run(new SubjectsBench(), List.of(2), Optional.of(FACTS));

        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).more())
                .containsEntry("subjects", 2.0)
                .containsKeys("accuracy", "neighborhood", "separate_accuracy", "later_accuracy", "base_accuracy", "target_nll");
        double together = rows.get(0).more().get("mean_nll");
        assertThat(together).isLessThan(rows.get(0).more().get("base_mean_nll")).isLessThan(rows.get(0).more().get("separate_mean_nll"));
        refused(new SubjectsBench(), List.of(3), FACTS, "facts: no subject with 3 under prompts that begin with it");
    }

    @Test
    void shouldTakeTheSubjectsOfWhatTheModelKnowsWhenNoFactsAreGiven() throws IOException {
        Files.writeString(model.resolve("facts.jsonl"), """
                {"subject": "Chile", "relation_id": "P36", "object": "Santiago", "prompt": "{}, with the capital"}
                {"subject": "Chile", "relation_id": "P30", "object": "America", "prompt": "{} is in"}
                {"subject": "Norway", "relation_id": "P36", "object": "Oslo", "prompt": "The capital of {} is"}
                {"subject": "Norway", "relation_id": "P30", "object": "Europe", "prompt": "{} is in"}
                """);

        assertThat(run(new SubjectsBench(), List.of(2), Optional.empty()).get(0).more()).containsEntry("subjects", 1.0);
    }

    @Test
    void shouldBringTwoHundredAndFiftyFacts() {
        List<LiveFact> facts = new BenchContext(TinyDirectory.configuration(model), Optional.empty(), List.of(), said -> {}).scored();

        assertThat(facts).hasSize(250).allSatisfy(fact -> {
            assertThat(fact.previousObject()).isPresent();
            assertThat(fact.probes().paraphrases()).hasSize(2);
            assertThat(fact.probes().neighbors()).isNotEmpty();
        });
        assertThat(facts.stream().map(LiveFact::key)).doesNotHaveDuplicates();
    }

    private void refused(Bench bench, List<Integer> sizes, List<LiveFact> facts, String why) {
        assertThatThrownBy(() -> run(bench, sizes, Optional.of(facts)))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID))
                .hasMessageContaining(why);
    }
}
