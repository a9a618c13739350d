package dev.errata.cli.demo;

import dev.errata.delta.Version;
import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Probes;
import dev.errata.service.Wiring;
import dev.errata.stream.kafka.FactPublisher;
import dev.errata.stream.kafka.KafkaHistory;
import dev.errata.worker.Settings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The acts of {@code errata demo history}: ask any version, explain it, undo one fact, ship it anywhere. Everything is done by commands as
 * a user types them, and held against the topics.
 */
final class HistoryScript {
    /** Facts of one batch, which is sealed when it is full. */
    static final int BATCH = 6;

    /** A version whose facts' paraphrases prefer the new object more seldom is held. */
    static final int GATE = 20;

    private final Screen screen;
    private final Settings settings;
    private final Wiring wiring;
    private final Path directory;
    private final Rest rest;
    private final Waiting waiting;
    private final Shell shell;
    private final String url;
    private final String broker;
    private final DemoFacts facts = DemoFacts.read();

    /** @param directory to write exports to */
    HistoryScript(Screen screen, Settings settings, int port, Path directory) {
        this.screen = screen;
        this.settings = settings;
        this.wiring = new Wiring(settings);
        this.directory = directory;
        this.rest = new Rest(port);
        this.waiting = new Waiting(screen);
        this.shell = new Shell(screen);
        this.url = "http://127.0.0.1:" + port;
        this.broker = settings.kafka().bootstrapServers();
    }

    void play() {
        waiting.await("the service loads the model and computes the covariance", rest::ready);
        try (DemoLog log = new DemoLog(new KafkaHistory(wiring.kafka(), wiring.line()));
                FactPublisher publisher = new FactPublisher(wiring.kafka(), wiring.topics(), wiring.limits(), Clock.systemUTC())) {
            comeToBe(log, publisher);
            askAnyVersion();
            explain();
            name(log);
            takeOneOut(log);
            goBack(log);
            hold(log, publisher);
            compact(log);
            branch();
            ship(log);
            prove();
        }
    }

    private String[] toService(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", url));
        return all.toArray(String[]::new);
    }

    private String[] toBroker(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap-servers", broker));
        return all.toArray(String[]::new);
    }

    private Version version(DemoLog log, long number) {
        waiting.await("version " + number, () -> log.versions().size() >= number);
        return log.versions().get((int) number - 1);
    }

    private void served(long number) {
        waiting.await("the follower to serve version " + number, () -> rest.servedVersion() == number);
    }

    /** The fact that is revised in version 2. */
    private Asserted revised() {
        return facts.later();
    }

    /** A fact of version 1 that is retracted later. */
    private Asserted retracted() {
        return facts.plain().get(2);
    }

    private void publish(FactPublisher publisher, List<? extends FactChange> changes) {
        publisher.publish(List.copyOf(changes));
    }

    private void comeToBe(DemoLog log, FactPublisher publisher) {
        screen.step("A history comes to be: two batches of six facts");
        publish(publisher, facts.plain().subList(0, BATCH));
        version(log, 1);
        List<FactChange> second = new ArrayList<>(facts.plain().subList(BATCH, 2 * BATCH - 1));
        second.add(revised());
        publish(publisher, second);
        version(log, 2);
        served(2);
        waiting.await("the index", () -> rest.logged(2));
        Shell.Ran told = shell.run(toService("log"));
        screen.check(told.says("edited"), "the log tells of both");
    }

    private void askAnyVersion() {
        screen.step("Ask any version");
        Question question = Question.of(revised());
        Shell.Ran moved = shell.run(toService(
                "ask", question.prompt(), "--versions", "0..head", "--tokens", "3", "--object", question.before(), "--object",
                question.after()));
        screen.check(moved.exitCode() == 0, "one line for each version: how belief moved");
        boolean base = rest.ask(question, 0).prefersNew();
        boolean now = rest.ask(question, 2).prefersNew();
        screen.check(!base && now, "the base prefers %s, version 2 %s", question.before(), question.after());
    }

    private void explain() {
        screen.step("Explain it");
        Asserted fact = revised();
        screen.check(shell.run(toService("show", "2")).says(fact.fact().object()), "version 2 with its facts, scores, digests, times");
        screen.check(shell.run(toService("diff", "1", "2")).says(fact.subject()), "what is different between versions 1 and 2");
        screen.check(
                shell.run(toService("why", fact.subject(), fact.fact().relation().id())).says(fact.event().id(), fact.event().source()),
                "blame: event, source, batch and version of the live fact, and what was claimed before");
    }

    private void name(DemoLog log) {
        screen.step("Name a version, and ask by name or time");
        screen.check(shell.run(toService("tag", "good", "2", "--reason", "looked at")).says("good"), "a tag, in the log");
        waiting.await("the tag", () -> rest.tagged("good"));
        shell.run(toService("tags"));
        screen.check(shell.run(toService("tag", "good", "1")).exitCode() != 0, "it stands for version 2 for ever");
        String prompt = Question.of(revised()).prompt();
        Instant between = version(log, 2).committedAt().minus(1, ChronoUnit.MILLIS);
        Shell.Ran byName = shell.run(toService("ask", prompt, "--version", "good"));
        Shell.Ran byTime = shell.run(toService("ask", prompt, "--at", between.toString()));
        screen.check(byName.says("version 2") && byTime.says("version 1"), "the tag is version 2; a moment before, there was version 1");
    }

    private void takeOneOut(DemoLog log) {
        screen.step("Undo one fact");
        Question question = Question.of(retracted());
        Rest.Reply base = rest.ask(question, 0);
        Shell.Ran out = shell.run(toService("retract", retracted().subject(), retracted().fact().relation().id(), "--reason", "demo"));
        screen.check(out.says("no longer claims"), "it is taken out, exactly, in a version of its own");
        served(version(log, 3).number());
        Rest.Reply after = rest.ask(question, 3);
        screen.check(
                !after.prefersNew(), "the model prefers what the base says: p(%s) = %.4f (base %.4f), p(%s) = %.4f (base %.4f)",
                question.before(), after.before(), base.before(), question.after(), after.after(), base.after());
        Question other = Question.of(facts.plain().get(1));
        screen.check(rest.ask(other, 3).prefersNew(), "the others stay: %s %s", other.prompt(), other.after());
        shell.run(toService("why", retracted().subject()));
    }

    private void goBack(DemoLog log) {
        screen.step("Go back, forward");
        screen.check(shell.run(toService("rollback", "2", "--reason", "demo")).says("version 4 is version 2 again"), "version 2 again");
        screen.check(version(log, 4).digest().equals(version(log, 2).digest()), "digest %.12s, to the bit", version(log, 4).digest());
        served(4);
    }

    /** A fact whose paraphrases do not follow: they are what its neighborhood is asked. */
    private static Asserted doubtful(Asserted fact) {
        Probes probes = new Probes(fact.probes().neighbors(), List.of());
        return new Asserted(
                new EventId("https://example.net/doubtful", fact.event().id()), fact.fact(), fact.revision(),
                Optional.of(fact.previousObject().orElseThrow()), probes);
    }

    private void hold(DemoLog log, FactPublisher publisher) {
        screen.step("A gate: what scores too low is committed, and not announced");
        publish(publisher, List.of(doubtful(facts.plain().get(2 * BATCH))));
        Version held = version(log, 5);
        screen.check(held.held().isPresent(), "version 5 is held: %s", held.held().map(Version.Held::message).orElse("it is not"));
        shell.run(toService("versions"));
        screen.check(rest.servedVersion() == 4, "followers serve version 4 meanwhile");
        screen.check(shell.run(toService("reject", "5", "--reason", "demo")).says("version 6 is version 4 again"), "rejected");
        served(version(log, 6).number());
        publish(publisher, List.of(doubtful(facts.plain().get(2 * BATCH + 1))));
        screen.check(version(log, 7).held().isPresent(), "version 7 is held too");
        waiting.await("REST to know version 7", () -> rest.knows(7));
        screen.check(shell.run(toService("release", "7", "--reason", "demo")).exitCode() == 0, "an operator releases it");
        served(7);
        screen.check(rest.servedVersion() == 7, "and followers serve it");
    }

    private void compact(DemoLog log) {
        screen.step("Compaction for weights");
        Shell.Ran done = shell.run(toService("rebase", "--reason", "demo"));
        screen.check(done.says("version 8 is rebased"), "all live facts at once, from the base");
        Version rebased = version(log, 8);
        screen.check(rebased.parentDigest().equals(version(log, 1).parentDigest()), "its parent is the base model");
        screen.check(shell.run(toService("diff", "7", "8")).says("0 facts in, 0 out, 0 changed"), "no fact is in, out or changed");
        screen.check(rebased.held().isEmpty(), "it scores as version 7 does, so the gate lets it pass");
        served(8);
        follow(settings, rebased, "a follower that starts now replays one delta");
    }

    private void follow(Settings of, Version expected, String what) {
        try (SecondFollower follower = new SecondFollower(of)) {
            follower.follow(expected.number());
            boolean same = expected.tensors().stream()
                    .allMatch(tensor -> tensor.after().equals(follower.digests(expected.number()).get(tensor.name())));
            screen.check(same, "%s, and has the same weights: digest %.12s", what, expected.digest());
        }
    }

    private void branch() {
        screen.step("Another line from an earlier version");
        screen.check(shell.run(toService("branch", "trial", "--from", "good")).says("trial"), "a line of its own, from version 2");
        Shell.Ran sound = shell.run(toBroker("verify", "--line", "trial"));
        screen.check(sound.says("every invariant holds"), "the auditor finds its log sound");
        screen.say("'./errata serve --line trial' edits and serves it; facts go to both lines, or to those that they name");
        screen.say("");
    }

    private void ship(DemoLog log) {
        screen.step("Ship it");
        for (String format : List.of("safetensors", "peft", "delta")) {
            String out = directory.resolve(format).toString();
            screen.check(shell.run(toBroker("export", "good", "--format", format, "--out", out)).exitCode() == 0, "as %s", format);
            screen.check(shell.run("verify", "--export", out).exitCode() == 0, "and what it was made from, proven");
        }
        String applied = directory.resolve("applied").toString();
        String base = settings.modelDirectory().toString();
        Shell.Ran done = shell.run("apply", directory.resolve("delta").toString(), "--model", base, "--out", applied);
        screen.check(done.says(version(log, 2).digest().substring(0, 12)), "the deltas alone give version 2 on a machine without Kafka");
    }

    private void prove() {
        screen.step("And all of it holds");
        screen.check(shell.run(toBroker("verify")).says("every invariant holds"), "the auditor, from the topics alone");
    }
}
