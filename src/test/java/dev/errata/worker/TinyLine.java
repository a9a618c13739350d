package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.batch.Batch;
import dev.errata.batch.Intent;
import dev.errata.batch.SealCause;
import dev.errata.delta.Live;
import dev.errata.delta.PayloadStore;
import dev.errata.evaluation.Evaluator;
import dev.errata.evaluation.FixedText;
import dev.errata.fact.Arrival;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Position;
import dev.errata.fact.Probes;
import dev.errata.memit.Contexts;
import dev.errata.memit.Covariance;
import dev.errata.memit.Editor;
import dev.errata.memit.EditorSettings;
import dev.errata.memit.HyperParameters;
import dev.errata.memit.MemoryTargets;
import dev.errata.stream.memory.MemoryLine;
import dev.errata.transformer.CausalLm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** An editor's cycle on the oracle's tiny model, with a log in memory: everything is real but Kafka, and takes fractions of a second. */
final class TinyLine {
    static final String NAME = "tiny";
    private static final int CHUNK = 1000;

    /** The parts that take long to make and have no state; one for each class of tests. */
    record Parts(CausalLm model, Editor editor, FixedText text, MemoryTargets kept) implements AutoCloseable {
        /** With the oracle's hyper-parameters; no target is refused for its NLL. */
        static Parts load() {
            return load(Double.MAX_VALUE, Map.of());
        }

        /** @param other hyper-parameters that differ from the oracle's */
        static Parts load(double maxNll, Map<String, Double> other) {
            try {
                JsonNode memit = new ObjectMapper().readTree(resource("/oracle/gptj/memit/memit.json").toFile());
                CausalLm model = CausalLm.load(resource("/oracle/gptj/model"), "cpu");
                ObjectNode json = (ObjectNode) memit.get("hparams");
                other.forEach(json::put);
                HyperParameters parameters = HyperParameters.parse(json.toString());
                Contexts contexts = Contexts.parse(memit.get("context_templates").toString());
                Path text = resource("/oracle/covariance.txt");
                Covariance covariance = Covariance.compute(model, text, OptionalLong.of(4000), parameters.layers(), tokens -> {});
                EditorSettings settings = new EditorSettings(maxNll, EditorSettings.MEMORY, EditorSettings.Anchor.BASE);
                MemoryTargets kept = new MemoryTargets();
                Editor editor = new Editor(model, parameters, contexts, covariance, settings, kept);
                return new Parts(model, editor, FixedText.read(model, text, 200), kept);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            editor.close();
            model.close();
        }
    }

    final MemoryLine log = new MemoryLine(NAME, 2, Clock.fixed(Changes.TIME, ZoneOffset.UTC));
    private final Path directory;
    private Parts parts;
    private Guards guards = new Guards(1e9, 1e9, 1e9, 0, 1, 1);
    private Gate gate = Gate.OPEN;
    private Patience patience = Patience.DEFAULT;
    private CycleListener listener = CycleListener.NONE;
    private final Changes changes = new Changes();
    private int intents;

    TinyLine(Parts parts, Path directory) {
        this.parts = parts;
        this.directory = directory;
    }

    /** From now on workers edit with these. */
    TinyLine with(Parts other) {
        parts = other;
        return this;
    }

    TinyLine guarded(double ratio) {
        return guarded(new Guards(ratio, 1e9, 1e9, 0, 1, 1));
    }

    TinyLine guarded(Guards by) {
        guards = by;
        return this;
    }

    TinyLine gated(Gate by) {
        gate = by;
        return this;
    }

    TinyLine patient(Patience by) {
        patience = by;
        return this;
    }

    TinyLine heardBy(CycleListener by) {
        listener = by;
        return this;
    }

    /** A worker that is started on this log, with nothing on disk but what is in {@code directory}. */
    EditorCycle start(Path payloads) {
        Workshop workshop = new Workshop(
                NAME,
                parts.editor(),
                new ModelGauge(parts.model(), new Evaluator(parts.model(), Optional.of(parts.text()), 3)),
                new VersionMaker(NAME, parts.model().digest(), Map.of("contexts", "c"), "test"),
                Disk.of(new PayloadStore(payloads)),
                guards,
                gate,
                patience,
                CHUNK,
                Clock.fixed(Changes.TIME, ZoneOffset.UTC),
                listener);
        return new EditorCycle(log.editLog(), workshop);
    }

    EditorCycle start() {
        return start(directory.resolve("payloads"));
    }

    Asserted speaks(String subject, String language) {
        return changes.speaks(subject, language);
    }

    Asserted asserted(Fact fact, Optional<String> previous, Probes probes) {
        return changes.asserted(fact, previous, probes);
    }

    Retracted retracted(String subject) {
        return changes.retracted(subject);
    }

    /** Puts a batch into the intent log. */
    Batch batch(FactChange... changes) {
        List<Arrival> arrivals = new ArrayList<>();
        intents++;
        for (FactChange change : changes) {
            arrivals.add(new Arrival(change, new Position(0, intents * 100L + arrivals.size()), Changes.TIME));
        }
        Batch batch = Batch.of(arrivals, SealCause.FULL, Changes.TIME);
        log.submit(new Intent.Edit(batch));
        return batch;
    }

    Intent.Rollback rollback(long to) {
        Intent.Rollback intent = new Intent.Rollback("rollback-" + ++intents, to, "wrong source", Changes.TIME);
        log.submit(intent);
        return intent;
    }

    Intent.Rebase rebase() {
        Intent.Rebase intent = new Intent.Rebase("rebase-" + ++intents, "compaction", Changes.TIME);
        log.submit(intent);
        return intent;
    }

    Fate fate(FactChange change) {
        List<Outcome> outcomes = log.outcomes().stream().filter(outcome -> outcome.event().equals(change.event())).toList();
        assertThat(outcomes).as("outcomes of %s", change.event()).hasSize(1);
        return outcomes.get(0).fate();
    }

    /** The ledger topic's live facts, by the version that wrote each. */
    Map<FactKey, Live> ledger() {
        Map<FactKey, Live> live = new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
        log.ledger().forEach((key, written) -> live.put(key, new Live(written.version(), written.fact())));
        return live;
    }

    private static Path resource(String name) {
        try {
            return Path.of(TinyLine.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
