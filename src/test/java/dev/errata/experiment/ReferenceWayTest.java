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
import dev.errata.memit.Progress;
import dev.errata.memit.TargetListener;
import dev.errata.memit.TargetResult;
import dev.errata.memit.TargetSearch;
import dev.errata.transformer.Overlay;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    private static Path directory;

    private static Workbench bench;
    private static Covariance covariance;
    private static ReferenceWay reference;

    @BeforeAll
    static void load() throws IOException {
        bench = Workbench.open(TinyDirectory.configuration(TinyDirectory.in(directory)), List.of());
        covariance = bench.covariance(bench.parameters().layers());
        reference = new ReferenceWay(bench.model(), bench.parameters(), bench.contexts(), covariance);
    }

    @AfterAll
    static void close() {
        reference.close();
        bench.close();
    }

    @Test
    void shouldFindTheTargetsThatTheProductFinds() {
        TargetSearch search = new TargetSearch(bench.model(), bench.parameters(), bench.contexts(), 8);

        ReferenceWay.Targets plain = reference.targets(REQUESTS);

        List<TargetResult> found = search.search(REQUESTS, Overlay.NONE, TargetListener.NONE);
        for (int i = 0; i < FACTS.size(); i++) {
            float[] z = ((TargetResult.Found) found.get(i)).target();
            assertThat(distance(plain.z().get(i), z)).as(FACTS.get(i).toString()).isLessThan(1e-3 * ReferenceTarget.norm(z));
        }
        assertThat(plain.forwardsPerFact()).isBetween(1.0, (double) bench.parameters().steps());
    }

    @Test
    void shouldChangeTheWeightsAsTheProductDoes() {
        ReferenceWay.Insertion plain = reference.insert(REQUESTS, reference.targets(REQUESTS).z());

        Edited edited = product();
        for (int layer : bench.parameters().layers()) {
            float[] base = bench.model().tensor(layer);
            EditedTensor tensor = edited.weights().get(bench.model().tensorName(layer));
            double change = distance(tensor.values(), base);
            assertThat(change).isPositive();
            assertThat(distance(plain.weights().get(layer), tensor.values())).as("block " + layer).isLessThan(1e-2 * change);
        }
    }

    private static Edited product() {
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
