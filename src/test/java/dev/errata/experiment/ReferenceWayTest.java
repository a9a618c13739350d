package dev.errata.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.memit.Covariance;
import dev.errata.memit.EditRequest;
import dev.errata.memit.EditResult.Edited;
import dev.errata.memit.Editor;
import dev.errata.memit.EditorSettings;
import dev.errata.memit.Progress;
import dev.errata.memit.TargetListener;
import dev.errata.memit.TargetResult;
import dev.errata.memit.TargetSearch;
import dev.errata.transformer.Overlay;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The yardstick gives what the product gives: two writings of one method. */
class ReferenceWayTest {
    private static final Relation CAPITAL = new Relation("P36", "The capital of {} is");
    private static final Relation LANGUAGE = new Relation("P103", "{} is a native speaker of");
    private static final List<LiveFact> FACTS = List.of(
            fact("Norway", CAPITAL, "Rome"),
            fact("Anna Karenina", LANGUAGE, "old high Polish"),
            fact("Chile", CAPITAL, "a city in the north"),
            fact("Boris Godunov", LANGUAGE, "Swedish"));
    private static final List<EditRequest> REQUESTS = FACTS.stream().map(fact -> EditRequest.of(fact.fact())).toList();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"gptj", "gpt_neox", "gpt2", "llama"})
    void shouldFindTheTargetsAndChangeTheWeightsAsTheProductDoes(String layout) throws IOException {
        Path model = TinyDirectory.in(directory.resolve(layout), layout);
        try (Workbench bench = Workbench.open(TinyDirectory.configuration(model), List.of())) {
            Covariance covariance = bench.covariance(bench.parameters().layers());
            ReferenceWay reference = new ReferenceWay(bench.model(), bench.parameters(), bench.contexts(), covariance);
            ReferenceWay.Targets plain = reference.targets(REQUESTS);

            assertThat(plain.forwardsPerFact()).isBetween(1.0, (double) bench.parameters().steps());
            List<TargetResult> found = TargetSearch.lean(bench.model(), bench.parameters(), bench.contexts(), EditorSettings.MEMORY)
                    .search(REQUESTS, Overlay.NONE, TargetListener.NONE);
            for (int i = 0; i < FACTS.size(); i++) {
                float[] z = ((TargetResult.Found) found.get(i)).target();
                assertThat(distance(plain.z().get(i), z)).as(FACTS.get(i).toString()).isLessThan(1e-3 * ReferenceTarget.norm(z));
            }
            assertSameChange(bench, reference.insert(REQUESTS, plain.z()).weights(), product(bench, covariance));
            assertThat(reference.solveSeconds(3)).isPositive();
        }
    }

    private static void assertSameChange(Workbench bench, Map<Integer, float[]> plain, Edited edited) {
        for (int layer : bench.parameters().layers()) {
            float[] base = bench.model().tensor(layer);
            EditedTensor tensor = edited.weights().get(bench.model().tensorName(layer));
            double change = distance(tensor.values(), base);
            assertThat(change).isPositive();
            assertThat(distance(plain.get(layer), tensor.values())).as("block " + layer).isLessThan(1e-2 * change);
        }
    }

    private static Edited product(Workbench bench, Covariance covariance) {
        try (Editor editor = bench.editor(bench.parameters(), covariance)) {
            return (Edited) editor.edit(editor.emptyLiveSet(), editor.baseWeights(), FACTS, List.of(), Progress.NONE);
        }
    }

    private static LiveFact fact(String subject, Relation relation, String object) {
        EventId event = new EventId("test", subject);
        return new LiveFact(event, new Fact(subject, relation, object), Revision.at(Instant.EPOCH), Optional.empty(), Probes.NONE);
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }
}
