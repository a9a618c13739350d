package dev.errata.service;

import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Outcome;
import dev.errata.fact.Position;
import dev.errata.simulation.LogCheck;
import dev.errata.simulation.LogContents;
import dev.errata.stream.DeadLetter;
import dev.errata.stream.Head;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.RawRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A sound log with one fault at a time, for the check that {@link LogCheck} sees each. */
final class LogFaults {
    private final LogContents log;
    private final Map<String, LogContents> faults = new LinkedHashMap<>();

    private LogFaults(LogContents log) {
        this.log = log;
    }

    /** @param log with a superseded change, a dead letter and two versions at least */
    static Map<String, LogContents> of(LogContents log) {
        LogFaults faults = new LogFaults(log);
        faults.ofFacts();
        faults.ofOutcomes();
        faults.ofIntents();
        faults.ofVersions();
        faults.ofViews();
        return faults.faults;
    }

    private void ofFacts() {
        RawRecord first = log.facts().get(0);
        RawRecord another = new RawRecord(new Position(0, 1_000_000), first.time(), first.key(), first.value(), first.headers());
        put("a change that nobody read", and(log.facts(), another), log.deadLetters(), log.intents(), log.outcomes(), log.versions());
        put("a lost change", rest(log.facts()), log.deadLetters(), log.intents(), log.outcomes(), log.versions());
        put("a lost dead letter", log.facts(), rest(log.deadLetters()), log.intents(), log.outcomes(), log.versions());
        put("a doubled dead letter", log.facts(), and(log.deadLetters(), log.deadLetters().get(0)), log.intents(), log.outcomes(),
                log.versions());
    }

    private void ofOutcomes() {
        outcomes("a lost outcome", rest(log.outcomes()));
        outcomes("a doubled outcome", and(log.outcomes(), log.outcomes().get(0)));
        Outcome applied = first(Fate.Applied.class);
        Fate.Applied fate = (Fate.Applied) applied.fate();
        outcomes("applied in another version", with(applied, new Fate.Applied(fate.version() + 1, fate.replaced())));
        outcomes("replaced what was not live", with(applied, new Fate.Applied(
                fate.version(), Optional.of(new Outcome.Replaced(applied.event(), "nothing", 1)))));
        outcomes("a sealed change superseded", with(applied, new Fate.Superseded(applied.event())));
        outcomes("a first reading as a duplicate", with(applied, new Fate.Duplicate()));
        outcomes("a superseded change applied", with(first(Fate.Superseded.class), new Fate.Applied(1, Optional.empty())));
        outcomes("a duplicate applied", with(first(Fate.Duplicate.class), fate));
    }

    private void ofIntents() {
        intents("a lost intent", rest(log.intents()));
        intents("a doubled intent", and(log.intents(), log.intents().get(0)));
        List<Intent> swapped = new ArrayList<>(log.intents());
        swapped.add(swapped.remove(0));
        intents("intents in another order", swapped);
    }

    private void ofVersions() {
        versions("a lost version", rest(log.versions()));
        versions("a lost last version", log.versions().subList(0, log.versions().size() - 1));
        versions("a doubled version", and(log.versions(), log.versions().get(log.versions().size() - 1)));
    }

    private void ofViews() {
        put("a lost evaluation", rest(log.evaluations()), log.heads(), log.ledger(), log.deltas());
        put("a lost head", log.evaluations(), log.heads().stream().filter(this::notLast).toList(), log.ledger(), log.deltas());
        put("a lost change of the ledger", log.evaluations(), log.heads(), withoutLive(), log.deltas());
        Map<Long, byte[]> deltas = new HashMap<>(log.deltas());
        long number = deltas.keySet().iterator().next();
        byte[] altered = deltas.get(number).clone();
        altered[altered.length - 2] ^= 1;
        deltas.put(number, altered);
        put("an altered delta", log.evaluations(), log.heads(), log.ledger(), deltas);
        put("a lost delta", log.evaluations(), log.heads(), log.ledger(), Map.of());
    }

    private boolean notLast(Head head) {
        return head.version() < log.versions().size();
    }

    /** Without what the last version wrote. */
    private List<LedgerChange> withoutLive() {
        long last = log.versions().size();
        return log.ledger().stream().filter(change -> !(change instanceof LedgerChange.Written w && w.version() == last)).toList();
    }

    private Outcome first(Class<? extends Fate> fate) {
        return log.outcomes().stream().filter(outcome -> fate.isInstance(outcome.fate())).findFirst().orElseThrow();
    }

    private List<Outcome> with(Outcome outcome, Fate fate) {
        List<Outcome> outcomes = new ArrayList<>(log.outcomes());
        outcomes.set(outcomes.indexOf(outcome), new Outcome(outcome.event(), outcome.key(), outcome.position(), fate));
        return outcomes;
    }

    private void outcomes(String name, List<Outcome> outcomes) {
        put(name, log.facts(), log.deadLetters(), log.intents(), outcomes, log.versions());
    }

    private void intents(String name, List<Intent> intents) {
        put(name, log.facts(), log.deadLetters(), intents, log.outcomes(), log.versions());
    }

    private void versions(String name, List<Version> versions) {
        put(name, log.facts(), log.deadLetters(), log.intents(), log.outcomes(), versions);
    }

    private void put(
            String name,
            List<RawRecord> facts,
            List<DeadLetter> letters,
            List<Intent> intents,
            List<Outcome> outcomes,
            List<Version> versions) {
        faults.put(name, new LogContents(
                facts, letters, intents, outcomes, versions, log.evaluations(), log.heads(), log.ledger(), log.deltas()));
    }

    private void put(
            String name,
            List<Evaluation> evaluations,
            List<Head> heads,
            List<LedgerChange> ledger,
            Map<Long, byte[]> deltas) {
        faults.put(name, new LogContents(
                log.facts(), log.deadLetters(), log.intents(), log.outcomes(), log.versions(), evaluations, heads, ledger, deltas));
    }

    private static <T> List<T> rest(List<T> list) {
        return list.subList(1, list.size());
    }

    private static <T> List<T> and(List<T> list, T one) {
        List<T> more = new ArrayList<>(list);
        more.add(one);
        return more;
    }
}
