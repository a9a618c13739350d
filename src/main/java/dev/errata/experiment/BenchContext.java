package dev.errata.experiment;

import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import dev.errata.fact.Relation;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.worker.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a benchmark is run on.
 *
 * @param facts given ones; otherwise changes of the facts that the model is known to hold ({@code facts.jsonl} beside it)
 * @param say hears what is going on
 */
public record BenchContext(Configuration configuration, Optional<List<LiveFact>> facts, List<Path> texts, Consumer<String> say) {
    private static final String KNOWN = "facts.jsonl";

    /** The model, so that it takes every fact. */
    public Workbench open() {
        return Workbench.open(lenient(), texts);
    }

    /** Takes every fact, however hard: a benchmark counts work, and a sweep what comes of it. */
    Configuration lenient() {
        return more -> {
            Map<String, String> all = new HashMap<>(Map.of("errata.targets.max-nll", "1000000"));
            all.putAll(more);
            return configuration.with(all);
        };
    }

    public Settings settings() {
        return configuration.with(Map.of());
    }

    /**
     * So many facts, always the same ones.
     *
     * @throws ErrataException SETTING_INVALID when there are not so many
     */
    public List<LiveFact> facts(int count) {
        if (facts.isPresent()) {
            if (facts.get().size() < count) {
                throw new ErrataException(
                        Failure.SETTING_INVALID, "facts: " + facts.get().size() + " (expected: " + count + ", the largest size)");
            }
            return facts.get().subList(0, count);
        }
        return known().changed(count);
    }

    private KnownFacts known() {
        Path known = settings().modelDirectory().resolve(KNOWN);
        if (!Files.isRegularFile(known)) {
            throw new ErrataException(
                    Failure.SETTING_INVALID, "facts: none given, and no " + known + " (expected: one of them, as CounterFact's records)");
        }
        return KnownFacts.read(known);
    }

    /**
     * Facts by subjects that have so many under prompts that begin with the subject: given ones, or changes of known ones.
     *
     * @param sizes how many of a subject
     * @throws ErrataException SETTING_INVALID when a size has no subject
     */
    List<List<LiveFact>> together(Set<Integer> sizes) {
        List<List<LiveFact>> subjects = facts.isPresent() ? givenTogether(sizes) : known().changedTogether(sizes);
        for (int size : sizes) {
            if (subjects.stream().noneMatch(some -> some.size() == size)) {
                throw new ErrataException(
                        Failure.SETTING_INVALID,
                        "facts: no subject with " + size + " under prompts that begin with it (expected: one, for this size)");
            }
        }
        return subjects;
    }

    private List<List<LiveFact>> givenTogether(Set<Integer> sizes) {
        Map<String, List<LiveFact>> bySubject = new LinkedHashMap<>();
        scored().stream()
                .filter(fact -> fact.fact().relation().prompt().startsWith(Relation.HOLE))
                .forEach(fact -> bySubject.computeIfAbsent(fact.key().subject(), subject -> new ArrayList<>()).add(fact));
        return bySubject.values().stream().filter(some -> sizes.contains(some.size())).toList();
    }

    /** Facts for what is measured by scores: given ones, each once, else the 250 of {@link CounterFactSample}; always in the same order. */
    List<LiveFact> scored() {
        Map<FactKey, LiveFact> byKey = new LinkedHashMap<>();
        facts.orElseGet(() -> CounterFactSample.read().stream().map(LiveFact::of).toList())
                .forEach(fact -> byKey.putIfAbsent(fact.key(), fact));
        return List.copyOf(byKey.values());
    }

    /**
     * The first of them.
     *
     * @throws ErrataException SETTING_INVALID when there are not so many
     */
    List<LiveFact> scored(int count) {
        List<LiveFact> all = scored();
        if (all.size() < count) {
            throw new ErrataException(Failure.SETTING_INVALID, "facts: " + all.size() + " (expected: " + count + " or more)");
        }
        return all.subList(0, count);
    }

    /**
     * Facts that the model may know, each with what it would answer: given ones, else changes of those beside the model, else changes of
     * those that the bundled model was taught, which are of the world.
     *
     * @throws ErrataException FACT_UNREADABLE
     */
    public List<LiveFact> candidates(int most) {
        if (facts.isPresent()) {
            return facts.get();
        }
        Path beside = settings().modelDirectory().resolve(KNOWN);
        Path bundled = settings().home().resolve("models/errata-gptj-8m").resolve(KNOWN);
        return KnownFacts.read(Files.isRegularFile(beside) ? beside : bundled).changedKnown(most);
    }
}
