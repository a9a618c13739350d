package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.delta.PayloadStore;
import dev.errata.experiment.BenchContext;
import dev.errata.follower.Answer;
import dev.errata.follower.Answers;
import dev.errata.follower.Ask;
import dev.errata.follower.FollowerCycle;
import dev.errata.follower.ServedVersions;
import dev.errata.memit.EditedTensors;
import dev.errata.stream.EditLog;
import dev.errata.stream.ForwardingEditLog;
import dev.errata.stream.Head;
import dev.errata.stream.kafka.KafkaDeltaFeed;
import dev.errata.stream.kafka.KafkaEditLog;
import dev.errata.stream.kafka.KafkaVersionFeed;
import dev.errata.worker.RoleThread;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * What {@link FollowerBench} asks and announces. The versions are made beforehand, so that no editor works meanwhile; they are announced
 * one by one.
 *
 * <h2>Thread safety</h2> None.
 */
final class FollowerLoad implements AutoCloseable {
    static final int BATCH = 8;
    private static final int REQUESTS = 1_000;
    private static final int QUESTIONS = 4;
    private static final int TOKENS = 4;
    /** Served before the first phase, so that no phase begins at the base model. */
    private static final int BEFORE = 4;
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private final BenchContext context;
    private final Path directory;
    private final int n;
    private final BenchLine line;
    private final KafkaEditLog log;
    private final List<Head> heads = new ArrayList<>();
    private final List<Ask> questions;
    private final Set<AskLoad.Heard> heard = new HashSet<>();
    private int announced;

    /** A way to ask, and how to see which version is served. */
    private record Way(String name, Answers answers, LongSupplier served) {}

    /** Makes the versions: for each way a phase of n even ones and one of n at full pace. */
    FollowerLoad(Path directory, BenchContext context, int n) {
        this.context = context;
        this.directory = directory;
        this.n = n;
        this.line = new BenchLine(directory.resolve("kafka"), context, BATCH);
        this.log = line.log();
        this.questions = context.facts(QUESTIONS).stream().map(FollowerLoad::question).toList();
        int versions = BEFORE + 4 * n;
        context.say().accept("making " + versions + " versions");
        line.grow(versions, new Withheld(log, heads), directory.resolve("worker"));
    }

    private static Ask question(LiveFact fact) {
        List<String> objects = new ArrayList<>(List.of(fact.fact().object()));
        fact.previousObject().ifPresent(objects::add);
        return new Ask(fact.fact().prompt(), OptionalLong.empty(), TOKENS, objects);
    }

    /** Keeps the announcements for itself. The first one is that of the base model. */
    private static final class Withheld extends ForwardingEditLog {
        private final List<Head> heads;

        Withheld(EditLog log, List<Head> heads) {
            super(log);
            this.heads = heads;
        }

        @Override
        public void announce(Head head) {
            if (head.version() == heads.size()) {
                heads.add(head);
            }
        }

        @Override
        public void close() {
            // The log goes on being used for what is announced.
        }
    }

    String bootstrapServers() {
        return line.kafka().bootstrapServers();
    }

    /** @return how long n versions took at full pace */
    double direct(Map<String, Double> phases, Map<String, Double> more) {
        announce(BEFORE);
        try (ServedVersions served = follower("direct")) {
            RoleThread thread = new RoleThread("follower", () -> cycle(served), (role, failure) -> {}).start();
            try {
                return play(new Way("direct", served, served::number), phases, more);
            } finally {
                thread.close();
            }
        }
    }

    private ServedVersions follower(String state) {
        SortedMap<String, EditedTensor> base =
                EditedTensors.base(line.bench().model(), line.bench().parameters().layers());
        return new ServedVersions(
                line.name(),
                line.bench().model(),
                base,
                new PayloadStore(directory.resolve(state)),
                () -> new KafkaDeltaFeed(line.kafka(), line.wiring().line()));
    }

    private FollowerCycle cycle(ServedVersions served) {
        return new FollowerCycle(new KafkaVersionFeed(line.kafka(), line.wiring().line()), served);
    }

    void http(int port, Map<String, Double> phases, Map<String, Double> more) {
        ServiceClient client = new ServiceClient(URI.create("http://127.0.0.1:" + port));
        Way way = new Way("http", ask -> ask(client, ask), () -> status(client));
        play(way, phases, more);
    }

    private static Answer ask(ServiceClient client, Ask ask) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("prompt", ask.prompt()).put("tokens", ask.tokens());
        ask.objects().forEach(body.putArray("objects")::add);
        JsonNode json = client.post(new ServiceClient.Target("/ask"), body);
        List<Answer.Choice> choices = new ArrayList<>();
        json.path("choices").forEach(choice ->
                choices.add(new Answer.Choice(choice.path("object").asText(), choice.path("probability").asDouble())));
        return new Answer(json.path("version").asLong(), json.path("digest").asText(), json.path("text").asText(), choices);
    }

    /** -1 while the service starts. */
    private static long status(ServiceClient client) {
        try {
            return client.get(new ServiceClient.Target("/status")).path("servedVersion").asLong(-1);
        } catch (CliException e) {
            return -1;
        }
    }

    private double play(Way way, Map<String, Double> phases, Map<String, Double> more) {
        await(way, announced);
        context.say().accept(way.name() + ": warming up, then idle");
        requests(way, REQUESTS / 5);
        AskLoad idle = requests(way, REQUESTS);
        context.say().accept(way.name() + ": " + n + " versions evenly");
        AskLoad even = swapping(way, idle.seconds() / n);
        context.say().accept(way.name() + ": " + n + " versions at full pace");
        AskLoad full = swapping(way, 0);
        tell(way, "idle", idle, idle, phases, more);
        tell(way, "even", even, idle, phases, more);
        tell(way, "full", full, idle, phases, more);
        return full.seconds();
    }

    private void tell(Way way, String phase, AskLoad load, AskLoad idle, Map<String, Double> phases, Map<String, Double> more) {
        String name = way.name() + "_" + phase;
        phases.put(name, load.seconds());
        more.put(name + "_requests", (double) load.millis().size());
        more.put(name + "_errors", (double) load.errors().size());
        more.put(name + "_versions", (double) load.heard().stream().map(one -> one.answer().version()).distinct().count());
        more.put(name + "_p50_ms", load.percentile(0.5));
        more.put(name + "_p99_ms", load.percentile(0.99));
        more.put(name + "_p99_of_idle", load.percentile(0.99) / idle.percentile(0.99));
        context.say().accept("%s %s: %d requests in %.1f s, p50 %.1f ms, p99 %.1f ms, errors %d".formatted(
                way.name(), phase, load.millis().size(), load.seconds(), load.percentile(0.5), load.percentile(0.99),
                load.errors().size()));
        heard.addAll(load.heard());
    }

    private AskLoad requests(Way way, int count) {
        AtomicInteger left = new AtomicInteger(count);
        return AskLoad.run(way.answers(), questions, () -> left.getAndDecrement() <= 0);
    }

    /** @param seconds between one announcement and the next; 0: as soon as it is served */
    private AskLoad swapping(Way way, double seconds) {
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        Thread announcing = new Thread(() -> {
            try {
                announceEach(way, seconds);
            } catch (RuntimeException e) {
                failure.set(e);
            } finally {
                done.set(true);
            }
        }, "errata-announcing");
        announcing.start();
        AskLoad load = AskLoad.run(way.answers(), questions, done::get);
        if (failure.get() != null) {
            throw failure.get();
        }
        return load;
    }

    private void announceEach(Way way, double seconds) {
        long start = System.nanoTime();
        for (int i = 0; i < n; i++) {
            long due = start + (long) (i * seconds * 1e9);
            while (System.nanoTime() < due) {
                pause();
            }
            announce(announced + 1);
            if (seconds == 0) {
                await(way, announced);
            }
        }
        await(way, announced);
    }

    private void announce(int version) {
        announced = version;
        log.announce(heads.get(version));
    }

    private static void await(Way way, long version) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (way.served().getAsLong() < version) {
            if (System.nanoTime() > end) {
                throw new CliException(ExitCode.FAILED, "version " + version + " was not served within two minutes");
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted", e);
        }
    }

    /** Asks every version alone what was asked under load. */
    void compare(Map<String, Double> more) {
        context.say().accept("comparing " + heard.size() + " different answers with those of each version alone");
        Set<AskLoad.Heard> expected = new HashSet<>();
        try (ServedVersions served = follower("direct");
                FollowerCycle cycle = cycle(served)) {
            while (!served.caughtUp()) {
                cycle.turn();
            }
            served.askEach(questions, 0, announced, beliefs -> {
                for (int question = 0; question < beliefs.size(); question++) {
                    expected.add(new AskLoad.Heard(question, beliefs.get(question).answer()));
                }
            });
        }
        more.put("different_answers", (double) heard.size());
        more.put("answers_of_no_version", (double) heard.stream().filter(one -> !expected.contains(one)).count());
    }

    @Override
    public void close() {
        log.close();
        line.close();
    }
}
