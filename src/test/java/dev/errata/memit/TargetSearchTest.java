package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.errata.failure.Failure;
import dev.errata.memit.TargetResult.Failed;
import dev.errata.memit.TargetResult.Found;
import dev.errata.memit.TargetResult.Step;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TargetSearchTest {
    private static final EditRequest ANNA = new EditRequest("{} is a native speaker of", "Anna Karenina", "Polish");
    private static final EditRequest NORWAY = new EditRequest("The capital of {} is", "Norway", "Rome");
    private static final EditRequest LONG =
            new EditRequest("In {}, the language is", "the United States of America", "Haitian Creole English");

    private static CausalLm lm;

    @BeforeAll
    static void load() {
        lm = TinyModel.load();
    }

    @AfterAll
    static void close() {
        lm.close();
    }

    @Test
    void shouldFindTheSameTargetWhateverItIsSearchedWith() {
        List<TargetResult> together = search(8, List.of(ANNA, LONG, NORWAY));
        List<TargetResult> alone = search(1, List.of(ANNA, LONG, NORWAY));

        for (int i = 0; i < together.size(); i++) {
            float[] a = ((Found) together.get(i)).target();
            float[] b = ((Found) alone.get(i)).target();
            for (int j = 0; j < a.length; j++) {
                assertThat(a[j]).isCloseTo(b[j], within(2e-3f));
            }
        }
    }

    @Test
    void shouldMakeTheObjectLikelierThanItWas() {
        Found found = (Found) search(8, List.of(NORWAY)).get(0);

        assertThat(found.trace()).hasSize(TinyModel.PARAMETERS.steps());
        assertThat(found.nll()).isLessThan(found.trace().get(0).nll() - 0.1);
    }

    @Test
    void shouldGiveOneResultForEachRequestInOrderWhenSomeCannotBeSearched() {
        EditRequest noHole = new EditRequest("Norway's capital is", "Norway", "Rome");
        EditRequest noObject = new EditRequest("{} is", "Norway", "  ");
        EditRequest noSubject = new EditRequest("{} is", " ", "Rome");
        EditRequest tooLong = new EditRequest("{} is", "Norway " + "and Sweden ".repeat(60), "Rome");
        List<String> ended = new ArrayList<>();

        List<TargetResult> results = search().search(
                List.of(noHole, ANNA, noObject, noSubject, NORWAY, tooLong), Overlay.NONE, new TargetListener() {
                    @Override
                    public void ended(int fact, TargetResult result) {
                        ended.add(fact + (result instanceof Found ? " found" : " failed"));
                    }
                });

        assertThat(results).extracting(r -> r instanceof Failed f ? f.code() : null).containsExactly(
                Failure.SUBJECT_NOT_IN_PROMPT, null, Failure.OBJECT_EMPTY, Failure.SUBJECT_EMPTY, null, Failure.FACT_TOO_MANY_TOKENS);
        assertThat(ended).containsExactlyInAnyOrder("0 failed", "1 found", "2 failed", "3 failed", "4 found", "5 failed");
    }

    @Test
    void shouldTellOfEveryStepAndUpdate() {
        List<Step> steps = new ArrayList<>();
        List<float[]> gradients = new ArrayList<>();

        Found found = (Found) search().search(List.of(ANNA), Overlay.NONE, new TargetListener() {
            @Override
            public void stepped(int fact, Step step) {
                steps.add(step);
            }

            @Override
            public void updating(int fact, float[] gradient) {
                gradients.add(gradient);
            }
        }).get(0);

        assertThat(steps).isEqualTo(found.trace());
        assertThat(gradients).hasSize(steps.size() - 1).allSatisfy(gradient -> assertThat(gradient).hasSize(32));
    }

    @Test
    void shouldTakeTurnsWhenTwoThreadsSearch() throws Exception {
        float[] expected = ((Found) search(8, List.of(ANNA)).get(0)).target();
        var pool = Executors.newFixedThreadPool(3);
        try {
            Callable<List<TargetResult>> task = () -> search(8, List.of(ANNA));
            for (Future<List<TargetResult>> future : pool.invokeAll(List.of(task, task, task))) {
                assertThat(((Found) future.get().get(0)).target()).containsExactly(expected, within(2e-3f));
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void shouldRefuseLayersThatTheModelLacks() {
        HyperParameters deep = new HyperParameters(List.of(3, 4), 12, 0.5, 3, 0.5, 0.75, 0.0625, 100);

        assertThatThrownBy(() -> TargetSearch.lean(lm, deep, TinyModel.CONTEXTS, 1L << 30)).hasMessageContaining("layers: [3, 4]");
    }

    private static TargetSearch search() {
        return TargetSearch.lean(lm, TinyModel.PARAMETERS, TinyModel.CONTEXTS, 1L << 30);
    }

    private static List<TargetResult> search(int groupSize, List<EditRequest> requests) {
        TargetSearch search = TargetSearch.lean(lm, TinyModel.PARAMETERS, TinyModel.CONTEXTS, 1L << 30);
        return search.search(requests, Overlay.NONE, TargetListener.NONE);
    }
}
