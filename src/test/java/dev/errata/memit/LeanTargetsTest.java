package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.memit.TargetResult.Found;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The lean way finds what the plain way finds, whatever is searched together and however little memory there is. */
class LeanTargetsTest {
    /** Of a target's length. Two ways of rounding, 12 steps apart. */
    private static final double TOLERANCE = 2e-4;

    private static final List<String> PROMPTS = List.of(
            "{} speaks", "The capital of {} is", "In {}, the language is", "{} plays the instrument", "They say that {} was born in");
    private static final List<String> SUBJECTS = List.of(
            "Anna Karenina", "Norway", "X", "the United States of America", "Johann Sebastian Bach", "Kraków", "f(x)", "San Marino");
    private static final List<String> OBJECTS = List.of("Polish", "Rome", "Haitian Creole English", "a", "the piano", "St. Petersburg");

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
    void shouldFindThePlainWaysTargetsFor200Facts() {
        long seed = System.nanoTime();
        System.out.println("LeanTargetsTest seed " + seed);
        List<EditRequest> requests = new ArrayList<>();
        for (String prompt : PROMPTS) {
            for (String subject : SUBJECTS) {
                for (String object : OBJECTS) {
                    requests.add(new EditRequest(prompt, subject, object));
                }
            }
        }
        Collections.shuffle(requests, new Random(seed));
        requests = requests.subList(0, 200);

        assertSame(lean(1L << 30).search(requests, Overlay.NONE, TargetListener.NONE), plain(requests.stream().map(List::of).toList()));
    }

    @Test
    void shouldFindTheSameInAsLittleMemoryAsThereIs() {
        List<EditRequest> requests = new ArrayList<>();
        for (String subject : SUBJECTS) {
            requests.add(new EditRequest("{} speaks", subject, "Polish"));
        }

        assertSame(
                lean(1).search(requests, Overlay.NONE, TargetListener.NONE),
                lean(1L << 30).search(requests, Overlay.NONE, TargetListener.NONE));
    }

    @Test
    void shouldFindTheSameForOneFactAsForMany() {
        EditRequest one = new EditRequest("The capital of {} is", "Norway", "Haitian Creole English");
        List<EditRequest> many = new ArrayList<>(List.of(one));
        for (String subject : SUBJECTS) {
            many.add(new EditRequest("In {}, the language is", subject, "Polish"));
        }

        List<TargetResult> alone = lean(1L << 30).search(List.of(one), Overlay.NONE, TargetListener.NONE);

        assertSame(alone, lean(1L << 30).search(many, Overlay.NONE, TargetListener.NONE).subList(0, 1));
    }

    @Test
    void shouldFindOneTargetForFactsThatShareAKey() {
        List<List<EditRequest>> requests = List.of(
                List.of(
                        new EditRequest("{} speaks", "Anna Karenina", "Polish"),
                        new EditRequest("{} was born in", "Anna Karenina", "Rome")),
                List.of(new EditRequest("The capital of {} is", "Norway", "Haitian Creole English")),
                List.of(
                        new EditRequest("{} is", "X", "a"),
                        new EditRequest("{} plays the instrument", "X", "the piano"),
                        new EditRequest("{} speaks", "X", "St. Petersburg")));

        List<TargetResult> together = lean(1L << 30).searchJointly(requests, Overlay.NONE, TargetListener.NONE);

        assertSame(together, plain(requests));
        assertThat(((Found) together.get(2)).trace().get(0).nllEach()).hasSize(3 * Contexts.COUNT);
        assertSame(lean(1L << 30).searchJointly(requests.subList(0, 1), Overlay.NONE, TargetListener.NONE), together.subList(0, 1));
    }

    @Test
    void shouldRefuseOneTargetForFactsWhoseKeysDiffer() {
        EditRequest first = new EditRequest("{} speaks", "Norway", "Polish");
        EditRequest second = new EditRequest("The capital of {} is", "Norway", "Rome");

        assertThat(lean(1).shareKey(first, new EditRequest("{} is", "Norway", "Rome"))).isTrue();
        assertThat(lean(1).shareKey(first, second)).isFalse();
        assertThatThrownBy(() -> lean(1).searchJointly(List.of(List.of(first, second)), Overlay.NONE, TargetListener.NONE))
                .hasMessageContaining("keys differ");
    }

    private static TargetSearch lean(long memory) {
        return TargetSearch.lean(lm, TinyModel.PARAMETERS, TinyModel.CONTEXTS, memory);
    }

    private static List<TargetResult> plain(List<List<EditRequest>> requests) {
        return TargetSearch.plain(lm, TinyModel.PARAMETERS, TinyModel.CONTEXTS, 32)
                .searchJointly(requests, Overlay.NONE, TargetListener.NONE);
    }

    private static void assertSame(List<TargetResult> ours, List<TargetResult> expected) {
        assertThat(ours).hasSameSizeAs(expected);
        double worst = 0;
        for (int fact = 0; fact < ours.size(); fact++) {
            Found a = (Found) ours.get(fact);
            Found b = (Found) expected.get(fact);
            double apart = 0;
            double length = 0;
            for (int i = 0; i < a.target().length; i++) {
                apart += Math.pow(a.target()[i] - b.target()[i], 2);
                length += Math.pow(b.target()[i], 2);
            }
            worst = Math.max(worst, Math.sqrt(apart / length));
            assertThat(a.trace()).as("steps of " + fact).hasSameSizeAs(b.trace());
        }
        System.out.println("targets apart, of their length: at most " + worst);
        assertThat(worst).isLessThan(TOLERANCE);
    }
}
