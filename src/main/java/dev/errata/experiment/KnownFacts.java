package dev.errata.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.delta.LiveFact;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Facts that a model was taught, and counterfactual changes of them in any number: a subject, a prompt of a real relation, and another
 * object of that relation. The same count gives the same changes, and a larger one begins with them.
 *
 * <p>Each change has a subject of its own, as nearly all of CounterFact's have. The first ones change something that is known; beyond the
 * number of subjects, new ones are put together of the names of two, and nothing is known of them. A change carries probes as
 * CounterFact's do: other prompts of the relation as paraphrases, other subjects with the same old object as neighbours.
 *
 * <h2>Limits</h2> About as many changes as the square of the number of subjects.
 * <h2>Thread safety</h2> Immutable.
 */
final class KnownFacts {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SEED = 7;
    private static final int PARAPHRASES = 2;
    private static final int NEIGHBORS = 5;

    private final List<Known> known;
    private final Map<String, List<String>> prompts;
    private final Map<String, List<String>> objects;
    private final Map<List<String>, List<Known>> neighbors;

    private record Known(String subject, String relation, String prompt, String object) {
        String text() {
            return prompt.replace(Relation.HOLE, subject);
        }

        String firstName() {
            return subject.substring(0, subject.indexOf(' '));
        }

        String otherNames() {
            return subject.substring(subject.indexOf(' '));
        }
    }

    private KnownFacts(List<Known> known) {
        this.known = known;
        Map<String, Set<String>> prompts = new LinkedHashMap<>();
        Map<String, Set<String>> objects = new LinkedHashMap<>();
        this.neighbors = new LinkedHashMap<>();
        for (Known fact : known) {
            prompts.computeIfAbsent(fact.relation(), key -> new LinkedHashSet<>()).add(fact.prompt());
            objects.computeIfAbsent(fact.relation(), key -> new LinkedHashSet<>()).add(fact.object());
            neighbors.computeIfAbsent(List.of(fact.relation(), fact.object()), key -> new ArrayList<>())
                    .add(fact);
        }
        this.prompts = lists(prompts);
        this.objects = lists(objects);
    }

    private static Map<String, List<String>> lists(Map<String, Set<String>> sets) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        sets.forEach((key, values) -> lists.put(key, List.copyOf(values)));
        return lists;
    }

    /**
     * Reads JSON lines with {@code subject}, {@code relation_id}, {@code prompt} and {@code object}.
     *
     * @throws ErrataException FACT_UNREADABLE
     */
    static KnownFacts read(Path file) {
        List<Known> known = new ArrayList<>();
        int line = 0;
        try {
            for (String text : Files.readAllLines(file)) {
                line++;
                JsonNode fact = JSON.readTree(text);
                known.add(new Known(
                        text(fact, "subject"), text(fact, "relation_id"), text(fact, "prompt"), text(fact, "object")));
            }
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new ErrataException(Failure.FACT_UNREADABLE, file + ": line " + line + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ErrataException(Failure.FACT_UNREADABLE, file + ": cannot be read: " + e + " (expected: JSON lines)", e);
        }
        return new KnownFacts(known);
    }

    private static String text(JsonNode fact, String name) {
        if (!fact.path(name).isTextual()) {
            throw new IllegalArgumentException(name + ": " + fact.path(name) + " (expected: text)");
        }
        return fact.path(name).textValue();
    }

    /**
     * So many changes.
     *
     * @throws ErrataException SETTING_INVALID when there are not so many
     */
    List<LiveFact> changed(int count) {
        Random random = new Random(SEED);
        List<LiveFact> changes = ofKnown(random);
        Set<String> subjects = new HashSet<>();
        known.forEach(fact -> subjects.add(fact.subject()));
        List<Known> named = known.stream().filter(fact -> fact.subject().contains(" ")).toList();
        for (int apart = 1; apart < named.size() && changes.size() < count; apart++) {
            for (int i = 0; i < named.size(); i++) {
                Known other = named.get((i + apart) % named.size());
                String subject = named.get(i).firstName() + other.otherNames();
                if (subjects.add(subject)) {
                    Known unknown = new Known(subject, other.relation(), other.prompt(), "");
                    changes.add(change(unknown, pick(objects.get(other.relation()), random), Optional.empty(), Set.of()));
                }
            }
        }
        if (changes.size() < count) {
            throw new ErrataException(Failure.SETTING_INVALID, "facts: " + changes.size() + " (expected: " + count + ")");
        }
        return List.copyOf(changes.subList(0, count));
    }

    /** The first changes, each of something that is known, as many as there are up to {@code most}. */
    List<LiveFact> changedKnown(int most) {
        return ofKnown(new Random(SEED)).stream().limit(most).toList();
    }

    private List<LiveFact> ofKnown(Random random) {
        List<Known> shuffled = new ArrayList<>(known);
        Collections.shuffle(shuffled, random);
        List<LiveFact> changes = new ArrayList<>();
        Set<String> subjects = new HashSet<>();
        for (Known fact : shuffled) {
            List<String> others = without(objects.get(fact.relation()), fact.object());
            if (!others.isEmpty() && subjects.add(fact.subject())) {
                changes.add(change(fact, pick(others, random), Optional.of(fact.object()), Set.of()));
            }
        }
        return changes;
    }

    /**
     * Changes of all facts of those subjects of which so many are known under prompts that begin with the subject: the model has one key
     * for them. One for each relation, subjects in the order of the file; no neighbour is of a subject that changes.
     *
     * @param sizes how many facts of a subject
     */
    List<List<LiveFact>> changedTogether(Set<Integer> sizes) {
        Map<String, Map<String, Known>> bySubject = new LinkedHashMap<>();
        for (Known fact : known) {
            if (fact.prompt().startsWith(Relation.HOLE) && objects.get(fact.relation()).size() > 1) {
                bySubject.computeIfAbsent(fact.subject(), subject -> new LinkedHashMap<>()).putIfAbsent(fact.relation(), fact);
            }
        }
        bySubject.values().removeIf(facts -> !sizes.contains(facts.size()));
        Random random = new Random(SEED);
        return bySubject.values().stream()
                .map(facts -> facts.values().stream()
                        .map(fact -> change(
                                fact,
                                pick(without(objects.get(fact.relation()), fact.object()), random),
                                Optional.of(fact.object()),
                                bySubject.keySet()))
                        .toList())
                .toList();
    }

    /** @param changing subjects that no neighbour is to be of */
    private LiveFact change(Known fact, String object, Optional<String> previous, Set<String> changing) {
        List<String> paraphrases = without(prompts.get(fact.relation()), fact.prompt()).stream()
                .limit(PARAPHRASES)
                .map(prompt -> prompt.replace(Relation.HOLE, fact.subject()))
                .toList();
        List<String> others = neighbors.getOrDefault(List.of(fact.relation(), fact.object()), List.of()).stream()
                .filter(other -> !changing.contains(other.subject()))
                .map(Known::text)
                .filter(text -> !text.equals(fact.text()))
                .limit(NEIGHBORS)
                .toList();
        return new LiveFact(
                new EventId("urn:errata:experiment", fact.subject() + "/" + fact.relation()),
                new Fact(fact.subject(), new Relation(fact.relation(), fact.prompt()), object),
                Revision.at(Instant.EPOCH),
                previous,
                new Probes(paraphrases, others));
    }

    private static List<String> without(List<String> all, String one) {
        return all.stream().filter(other -> !other.equals(one)).toList();
    }

    private static String pick(List<String> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }
}
