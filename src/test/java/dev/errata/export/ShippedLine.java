package dev.errata.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.Batch;
import dev.errata.batch.Intent;
import dev.errata.batch.SealCause;
import dev.errata.delta.PayloadStore;
import dev.errata.evaluation.Evaluator;
import dev.errata.experiment.TinyDirectory;
import dev.errata.experiment.Workbench;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.Position;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.memit.Editor;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.Topics;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.KafkaEditLog;
import dev.errata.stream.kafka.KafkaLogSource;
import dev.errata.stream.kafka.Records;
import dev.errata.stream.simulated.Fate;
import dev.errata.stream.simulated.Misdeed;
import dev.errata.stream.simulated.SimulatedBroker;
import dev.errata.stream.simulated.SimulatedClients;
import dev.errata.worker.CycleListener;
import dev.errata.worker.Disk;
import dev.errata.worker.EditorCycle;
import dev.errata.worker.Gate;
import dev.errata.worker.Guards;
import dev.errata.worker.ModelGauge;
import dev.errata.worker.Patience;
import dev.errata.worker.VersionMaker;
import dev.errata.worker.Workshop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;

/** A line with the real editor on one of the recordings' tiny models, on a simulated broker or another. One thread. */
public final class ShippedLine implements AutoCloseable {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
    private static final Relation CAPITAL = new Relation("P36", "The capital of {} is");
    private static final int CHUNK = 5000;
    private static final int TURNS = 50;

    public final ModelLine line;
    public final Path model;
    private final ClientFactory clients;
    private final Workbench bench;
    private final Editor editor;
    private final EditorCycle cycle;
    private final Producer<byte[], byte[]> upstream;
    private int events;
    private int versions;

    /** @param layout gptj, gpt_neox, gpt2 or llama */
    ShippedLine(Path directory, String layout) throws IOException {
        this(directory, layout, Topics.DEFAULT, new SimulatedClients(
                new SimulatedBroker(Topics.DEFAULT, 1, times -> true), Fate.KIND, Misdeed.NONE));
    }

    /** On a broker whose topics are there. */
    public ShippedLine(Path directory, String layout, Topics topics, ClientFactory broker) throws IOException {
        line = new ModelLine(topics, layout);
        model = TinyDirectory.in(directory.resolve("base"), layout);
        clients = broker;
        bench = Workbench.open(TinyDirectory.configuration(model), List.of());
        editor = bench.editor();
        Workshop workshop = new Workshop(
                layout,
                editor,
                new ModelGauge(bench.model(), new Evaluator(bench.model(), bench.fixedText(50), 3)),
                new VersionMaker(layout, bench.model().digest(), Map.of("contexts", "0".repeat(64)), "errata test"),
                Disk.of(new PayloadStore(directory.resolve("payloads"))),
                new Guards(1e9, 1e9, 1e9, 0, 1, 1),
                Gate.OPEN,
                Patience.DEFAULT,
                CHUNK,
                CLOCK,
                CycleListener.NONE);
        cycle = new EditorCycle(KafkaEditLog.open(clients, line, CLOCK), workshop);
        upstream = clients.transactional("upstream");
        upstream.initTransactions();
    }

    /** Five versions, of which 1, 2 and 5 make the last. */
    public ShippedLine story() {
        batch(states("Norway", "Rome"), states("Chile", "Oslo"), states("Japan", "Paris"));
        batch(states("Peru", "Rome"), states("Norway", "Lima"));
        batch(retracts("Chile"), states("Kenya", "Tokyo"));
        rollback(2);
        batch(retracts("Japan"), states("Ghana", "Bern"));
        return this;
    }

    /** All that is live, anew from the base. */
    ShippedLine rebase() {
        submit(new Intent.Rebase("rebase-" + ++events, "test", NOON));
        return this;
    }

    /** So many facts at once that the change is a matrix. */
    ShippedLine dense() {
        batch(IntStream.range(0, 30).mapToObj(i -> states("Land " + i, i % 2 == 0 ? "Rome" : "Oslo")).toArray(FactChange[]::new));
        return this;
    }

    Asserted states(String subject, String object) {
        return new Asserted(event(), new Fact(subject, CAPITAL, object), revision(), Optional.of("Quito | \n <b>"), Probes.NONE);
    }

    Retracted retracts(String subject) {
        return new Retracted(event(), subject, CAPITAL.id(), revision());
    }

    private EventId event() {
        return new EventId("urn:test", "e" + ++events);
    }

    private Revision revision() {
        return Revision.number(events, NOON);
    }

    void batch(FactChange... changes) {
        List<Arrival> arrivals = new ArrayList<>();
        for (FactChange change : changes) {
            arrivals.add(new Arrival(change, new Position(0, events * 100L + arrivals.size()), NOON));
        }
        submit(new Intent.Edit(Batch.of(arrivals, SealCause.FULL, NOON)));
    }

    void rollback(long to) {
        submit(new Intent.Rollback("r" + ++events, to, "test", NOON));
    }

    private void submit(Intent intent) {
        upstream.beginTransaction();
        upstream.send(Records.of(line.topic(Topic.BATCHES), RecordKey.of(line.model()), Events.of(line, intent)));
        upstream.commitTransaction();
        versions++;
        for (int turn = 0; turn < TURNS && head() < versions; turn++) {
            cycle.turn();
        }
        assertThat(head()).isEqualTo(versions);
    }

    private long head() {
        try (LogSource.Cursor cursor = log().read(Topic.VERSIONS)) {
            long head = 0;
            while (cursor.next().isPresent()) {
                head++;
            }
            return head;
        }
    }

    LogSource log() {
        return new KafkaLogSource(clients, line);
    }

    LoggedLine read() {
        return LoggedLine.of(log(), line);
    }

    BaseModel base() {
        return BaseModel.load(model, read().chain().tensors(0).keySet());
    }

    @Override
    public void close() {
        upstream.close();
        cycle.close();
        editor.close();
        bench.close();
    }
}
