package dev.errata.cli.demo;

import dev.errata.batch.Batch;
import dev.errata.batch.Intent;
import dev.errata.delta.Digest;
import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.evaluation.Evaluation;
import dev.errata.evaluation.Scores;
import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.service.Wiring;
import dev.errata.stream.DeadLetter;
import dev.errata.stream.kafka.FactPublisher;
import dev.errata.stream.kafka.KafkaHistory;
import dev.errata.worker.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The acts of the demo, in order. Everything it prints was read from the topics or answered by REST. */
final class DemoScript {
    private static final double EFFICACY_MIN = 95;

    private final Screen screen;
    private final Settings settings;
    private final Wiring wiring;
    private final int port;
    private final Rest rest;
    private final Waiting waiting;
    private final DemoFacts facts = DemoFacts.read();
    private final List<Question> questions = questions();

    DemoScript(Screen screen, Settings settings, int port) {
        this.screen = screen;
        this.settings = settings;
        this.wiring = new Wiring(settings);
        this.port = port;
        this.rest = new Rest(port);
        this.waiting = new Waiting(screen);
    }

    private List<Question> questions() {
        Asserted twin = facts.plain().get(5);
        Asserted speaker = facts.plain().get(14);
        return List.of(
                Question.of(twin),
                Question.of(speaker),
                Question.of("paraphrase", speaker.probes().paraphrases().get(1), speaker),
                Question.of("neighbour", speaker.probes().neighbors().get(0), speaker));
    }

    void play(boolean stay) {
        waiting.await("the service loads the model and computes the covariance", rest::ready);
        screen.say("service ready at http://127.0.0.1:%d, roles %s", port, settings.roles());
        screen.say("model %s loaded, covariance computed", settings.modelName());
        try (DemoLog log = new DemoLog(new KafkaHistory(wiring.kafka(), wiring.line()));
                FactPublisher publisher = new FactPublisher(wiring.kafka(), wiring.topics(), wiring.limits(), Clock.systemUTC())) {
            List<Rest.Reply> before = askBefore();
            int published = publish(publisher, log);
            whatHappened(log, published);
            askAfter(before, log);
            follow(log);
            rollBack(before, log);
        }
        goOn(stay);
    }

    private List<Rest.Reply> askBefore() {
        screen.step("Questions to the model as it was trained");
        List<Rest.Reply> replies = questions.stream().map(rest::ask).toList();
        show(replies);
        return replies;
    }

    private void show(List<Rest.Reply> replies) {
        for (int i = 0; i < replies.size(); i++) {
            Question question = questions.get(i);
            Rest.Reply reply = replies.get(i);
            screen.say("%-10s %s [%s]", question.kind(), question.prompt(), reply.text().strip().replace('\n', ' '));
            screen.say(
                    "           p(%s) = %.4f   p(%s) = %.4f   version %d",
                    question.before(), reply.before(), question.after(), reply.after(), reply.version());
        }
    }

    private int publish(FactPublisher publisher, DemoLog log) {
        screen.step("Fact changes come in");
        publisher.publish(facts.first());
        publisher.publishRaw("nonsense".getBytes(StandardCharsets.UTF_8), "{\"subject\": ".getBytes(StandardCharsets.UTF_8));
        publisher.publish(List.copyOf(facts.plain()));
        int published = facts.first().size() + facts.plain().size();
        screen.say("%d changes of CounterFact facts published to the facts topic by a plain Kafka client, among them", published);
        screen.say("- one twice: %s", facts.duplicate().event());
        screen.say("- a newer revision of one still waiting: %s before it", facts.superseded().event());
        Asserted other = facts.contradicting();
        screen.say("- another source's other object for one fact: %s says %s", other.event(), other.fact().object());
        screen.say("- a second fact about one subject: %s", facts.together().fact().prompt());
        screen.say("and one record that is not readable");
        awaitOutcomes(log, published);
        publisher.publish(List.of(facts.later()));
        Asserted later = facts.later();
        screen.say("then a newer revision of a fact that is committed: %s is now %s", later.fact().prompt(), later.fact().object());
        awaitOutcomes(log, published + 1);
        return published + 1;
    }

    private void awaitOutcomes(DemoLog log, int count) {
        waiting.await("outcomes", () -> log.outcomes().size() >= count, () -> log.outcomes().size() + " of " + count);
    }

    private void whatHappened(DemoLog log, int published) {
        screen.step("What the topics say happened");
        for (Intent intent : log.intents()) {
            Batch batch = ((Intent.Edit) intent).batch();
            String cause = batch.cause().name().toLowerCase(Locale.ROOT);
            screen.say("batch %s sealed with %d facts: %s", batch.id(), batch.arrivals().size(), cause);
        }
        for (Version version : log.versions()) {
            Edited edited = (Edited) version.change();
            String phases = version.provenance().seconds().entrySet().stream()
                    .map(phase -> String.format(Locale.ROOT, "%s %.2f s", phase.getKey(), phase.getValue()))
                    .collect(Collectors.joining(", "));
            screen.say(
                    "version %d: %d facts in, %d out, delta of %d bytes, digest %.12s (%s)",
                    version.number(), edited.in().size(), edited.out().size(), edited.delta().bytes(), version.digest(), phases);
        }
        List<Outcome> outcomes = log.outcomes();
        Map<String, Long> counts =
                outcomes.stream().collect(Collectors.groupingBy(DemoScript::name, TreeMap::new, Collectors.counting()));
        screen.say("outcomes: %s", counts);
        int ended = outcomes.size();
        screen.check(ended == published, "every change that was read has exactly one outcome: %d of %d", ended, published);
        screen.check(has(outcomes, facts.duplicate(), Fate.Duplicate.class), "the repeated event is a duplicate");
        screen.check(has(outcomes, facts.superseded(), Fate.Superseded.class), "the older revision is superseded");
        screen.check(replaces(outcomes, facts.contradicting()), "the other source's claim was written later and says what it replaced");
        screen.check(replaces(outcomes, facts.later()), "the newer revision of the committed fact says what it replaced");
        screen.check(!inOneBatch(log, facts.first().get(6), facts.together()), "two facts about one subject are in two batches");
        List<DeadLetter> letters = log.deadLetters();
        letters.forEach(letter -> screen.say("dead letter: %s: %s", letter.code(), letter.reason()));
        screen.check(letters.size() == 1, "the unreadable record is a dead letter");
    }

    private void askAfter(List<Rest.Reply> before, DemoLog log) {
        screen.step("The same questions again");
        long head = log.versions().size();
        waiting.await("the follower", () -> rest.servedVersion() >= head);
        List<Rest.Reply> after = questions.stream().map(rest::ask).toList();
        show(after);
        for (int i = 0; i < after.size(); i++) {
            Question question = questions.get(i);
            if (question.kind().equals("neighbour")) {
                screen.check(!after.get(i).prefersNew(), "the neighbour still prefers %s", question.before());
            } else {
                boolean changed = !before.get(i).prefersNew() && after.get(i).prefersNew();
                screen.check(changed, "%s: %s before, %s now", question.kind(), question.before(), question.after());
            }
        }
        for (Evaluation evaluation : log.evaluations()) {
            String drift = evaluation.drift()
                    .map(d -> String.format(
                            Locale.ROOT, "; perplexity %.1f (base %.1f), KL %.4f", d.perplexity(), d.basePerplexity(), d.meanKl()))
                    .orElse("");
            screen.say("evaluation of version %d: %s%s", evaluation.version(), scores(evaluation.written()), drift);
            evaluation.retained().ifPresent(retained -> screen.say("   facts written before: %s", scores(retained)));
        }
        double success = success();
        screen.check(success >= EFFICACY_MIN, "efficacy success over all facts that are live now: %.1f %%", success);
    }

    private static String scores(Scores scores) {
        return scores.byName().entrySet().stream()
                .map(score -> String.format(Locale.ROOT, "%s %.1f", score.getKey(), score.getValue().percent()))
                .collect(Collectors.joining(", "));
    }

    /** Share of live facts for which the served version prefers the new object to the old one. */
    private double success() {
        List<Asserted> live = new ArrayList<>(facts.plain().subList(1, facts.plain().size()));
        live.addAll(List.of(facts.duplicate(), facts.contradicting(), facts.together(), facts.later()));
        live.add((Asserted) facts.first().get(3));
        live.add((Asserted) facts.first().get(6));
        List<Question> missed = live.stream().map(Question::of).filter(question -> !rest.ask(question).prefersNew()).toList();
        missed.forEach(question -> screen.say("not taken: %s: still %s, not %s", question.prompt(), question.before(), question.after()));
        return 100.0 * (live.size() - missed.size()) / live.size();
    }

    private void follow(DemoLog log) {
        screen.step("A follower with a copy of the model of its own, fed by the topics alone");
        Version head = last(log.versions());
        try (SecondFollower follower = new SecondFollower(settings)) {
            follower.follow(head.number());
            SortedMap<String, String> own = follower.digests(head.number());
            head.tensors().forEach(tensor -> screen.check(
                    tensor.after().equals(own.get(tensor.name())), "%s: %.16s here and there", tensor.name(), own.get(tensor.name())));
        }
    }

    private void rollBack(List<Rest.Reply> before, DemoLog log) {
        screen.step("Rollback");
        Version head = last(log.versions());
        Version previous = log.versions().get((int) head.number() - 2);
        long back = rest.rollback(previous.number(), "demo: the version before");
        Version rolledBack = version(log, back);
        screen.check(
                rolledBack.digest().equals(previous.digest()),
                "version %d is version %d again: digest %.12s", back, previous.number(), rolledBack.digest());
        long home = rest.rollback(0, "demo: the base model");
        Version base = version(log, home);
        Map<String, String> first =
                log.versions().get(0).tensors().stream().collect(Collectors.toMap(TensorState::name, TensorState::before));
        for (TensorState tensor : base.tensors()) {
            screen.check(tensor.after().equals(first.get(tensor.name())), "%s is the base's: %.16s", tensor.name(), tensor.after());
        }
        screen.check(base.digest().equals(Digest.version(new TreeMap<>(first))), "version %d is the base model again", home);
        waiting.await("the follower", () -> rest.servedVersion() >= home);
        List<Rest.Reply> again = questions.stream().map(rest::ask).toList();
        show(again);
        boolean same = true;
        for (int i = 0; i < again.size(); i++) {
            same &= again.get(i).text().equals(before.get(i).text())
                    && again.get(i).before() == before.get(i).before()
                    && again.get(i).after() == before.get(i).after();
        }
        screen.check(same, "the same answers and probabilities as at first, to the bit");
    }

    private Version version(DemoLog log, long number) {
        waiting.await("version " + number, () -> log.versions().size() >= number);
        return log.versions().get((int) number - 1);
    }

    private void goOn(boolean stay) {
        screen.step("Where to go next");
        screen.say("./errata serve                        the service, with its log in ./data");
        screen.say("./errata facts publish FILE.jsonl     your own fact changes");
        screen.say("./errata ask \"PROMPT\" --version N     any version");
        screen.say("./errata demo history                 explain, undo, compact, branch and ship versions");
        screen.say("README.md                             topics, settings, where to read the code");
        if (stay) {
            screen.say("It stays: REST http://127.0.0.1:%d (OpenAPI at /q/openapi), Kafka %s, topics %s*. Ctrl-C ends it.",
                    port, settings.kafka().bootstrapServers(), settings.topics().prefix());
        }
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }

    private static String name(Outcome outcome) {
        return outcome.fate().getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static boolean has(List<Outcome> outcomes, FactChange change, Class<? extends Fate> fate) {
        EventId event = change.event();
        return outcomes.stream().anyMatch(outcome -> outcome.event().equals(event) && fate.isInstance(outcome.fate()));
    }

    private static boolean replaces(List<Outcome> outcomes, FactChange change) {
        return outcomes.stream()
                .filter(outcome -> outcome.event().equals(change.event()))
                .anyMatch(outcome -> outcome.fate() instanceof Fate.Applied applied && applied.replaced().isPresent());
    }

    private static boolean inOneBatch(DemoLog log, FactChange one, FactChange other) {
        return log.intents().stream()
                .map(intent -> ((Intent.Edit) intent).batch().arrivals().stream().map(arrival -> arrival.change().event()).toList())
                .anyMatch(events -> events.contains(one.event()) && events.contains(other.event()));
    }
}
