package dev.errata.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.errata.delta.LiveFact;
import dev.errata.evaluation.CounterFactScores;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.HyperParameters;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.ModelConfig;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.TokenRows;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuningTest {
    @TempDir
    private Path directory;

    private Path model;

    @BeforeEach
    void begin() throws IOException {
        model = TinyDirectory.in(directory);
    }

    @Test
    void shouldTryRunsOfLayersAsPublishedModelsHaveThem() {
        assertThat(Tuning.windows(8)).startsWith(List.of(0, 1, 2)).contains(List.of(1, 2, 3)).allMatch(window -> window.size() == 3);
        assertThat(Tuning.windows(28)).hasSize(6).allMatch(window -> window.size() == 5 && window.get(4) <= 18);
        assertThat(Tuning.windows(1)).containsExactly(List.of(0));
        assertThat(Tuning.windows(2)).allMatch(window -> window.get(window.size() - 1) < 2);
    }

    @Test
    void shouldScoreBelowTheWorstPartAndLessWhereTextSuffers() {
        Map<String, Double> even = Map.of("ES", 80.0, "PS", 80.0, "NS", 80.0);
        Map<String, Double> uneven = Map.of("ES", 100.0, "PS", 100.0, "NS", 40.0);

        assertThat(Tuning.score(even, OptionalDouble.empty())).isCloseTo(80, within(1e-9));
        assertThat(Tuning.score(uneven, OptionalDouble.empty())).isLessThan(80);
        assertThat(Tuning.score(even, OptionalDouble.of(2))).isCloseTo(40, within(1e-9));
        assertThat(Tuning.score(even, OptionalDouble.of(0.5))).isCloseTo(80, within(1e-9));
        assertThat(Tuning.score(Map.of("ES", 0.0, "PS", 100.0), OptionalDouble.empty())).isBetween(0.0, 0.1);
    }

    @Test
    void shouldChooseTheEarlierOfEqualTrials() {
        HyperParameters start = Tuning.start(ModelConfig.read(model));
        List<Tuning.Trial> trials = List.of(trial(start, 50), trial(start, 70), trial(start, 70));

        assertThat(Tuning.best(trials)).isSameAs(trials.get(1));
    }

    @Test
    void shouldProposeTheSameFromTheSameFacts() {
        BenchContext context = new BenchContext(
                TinyDirectory.configuration(model), Optional.of(known(6)), List.of(), text -> {});

        Tuning.Proposal proposal = Tuning.propose(context, context.candidates(100), 4, 3);
        Tuning.Proposal again = Tuning.propose(context, context.candidates(100), 4, 3);

        assertThat(proposal.trials()).hasSize(3);
        assertThat(proposal.facts()).isEqualTo(4);
        assertThat(proposal.module()).isEqualTo("transformer.h.{}.mlp.fc_out");
        assertThat(proposal.trials()).contains(proposal.chosen());
        assertThat(again.chosen().parameters()).isEqualTo(proposal.chosen().parameters());
        assertThat(again.trials()).extracting(Tuning.Trial::score).isEqualTo(proposal.trials().stream().map(Tuning.Trial::score).toList());
    }

    @Test
    void shouldRefuseFactsThatTheModelDoesNotKnow() {
        List<LiveFact> unknown = known(4).stream().map(fact -> fact("x " + fact.fact().subject(), "Rome", "nothing of the kind")).toList();
        BenchContext context = new BenchContext(TinyDirectory.configuration(model), Optional.of(unknown), List.of(), text -> {});

        assertThatThrownBy(() -> Tuning.propose(context, unknown, 4, 3))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID))
                .hasMessageContaining("facts that the model knows: 0 of 4");
    }

    /** The random model has answers too; a fact is known when its old object is the answer. */
    private List<LiveFact> known(int count) {
        List<LiveFact> known = new ArrayList<>();
        try (CausalLm lm = CausalLm.load(model, "cpu");
                var manager = lm.manager().newSubManager()) {
            for (int i = 0; known.size() < count && i < 2000; i++) {
                long[] ids = lm.tokenizer().encode("The capital of Country " + i + " is").ids();
                float[] logits = lm.logits(TokenRows.of(ids), Overlay.NONE, manager).toFloatArray();
                int vocabulary = lm.config().vocabulary();
                int answer = 0;
                for (int id = 0; id < vocabulary; id++) {
                    int last = (ids.length - 1) * vocabulary;
                    answer = logits[last + id] > logits[last + answer] ? id : answer;
                }
                String text = lm.tokenizer().decode(answer);
                if (text.matches(" [A-Za-z]+") && List.of(lm.tokenizer().continuation(text)).get(0).length == 1) {
                    known.add(fact("Country " + i, "Rome", text.strip()));
                }
            }
        }
        assertThat(known).hasSize(count);
        return known;
    }

    private static LiveFact fact(String subject, String object, String previous) {
        return new LiveFact(
                new EventId("test", subject),
                new Fact(subject, new Relation("P36", "The capital of {} is"), object),
                Revision.at(Instant.EPOCH),
                Optional.of(previous),
                new Probes(List.of(subject + "'s capital is"), List.of("The capital of Peru is")));
    }

    private static Tuning.Trial trial(HyperParameters parameters, double score) {
        return new Tuning.Trial("layers", parameters, new CounterFactScores(1, Map.of()), OptionalDouble.empty(), score);
    }
}
