package dev.errata.delta;

import dev.errata.batch.Known;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.delta.Version.Origin;
import dev.errata.fact.EventId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The versions with which a line begins that goes on from a version of another line: copies of the changes that make that version's
 * weights, numbered from 1.
 *
 * <p>What is left out (rollbacks, and what they went back over) makes no difference to weights or live set, so both are the same to the
 * bit. A copy follows from its origin alone, so whoever makes it twice makes the same. It keeps the time and the software of its origin,
 * because it is those weights, made then.
 *
 * @param origins the versions that are copied, in order
 * @param copies of the same length
 */
public record Branch(List<Version> origins, List<Version> copies) {
    public Branch {
        origins = List.copyOf(origins);
        copies = List.copyOf(copies);
    }

    /**
     * @param from of {@code origin}; 0 is the base, from which nothing is copied
     * @param model name of the new line
     * @throws dev.errata.failure.ErrataException VERSION_UNKNOWN
     */
    public static Branch of(VersionChain origin, long from, String model) {
        List<Version> path = origin.path(from);
        VersionChain line = new VersionChain(model, origin.tensors(0));
        List<Version> copies = new ArrayList<>();
        for (Version version : path) {
            Version copy = copy(origin, version, line);
            line.append(copy);
            copies.add(copy);
        }
        return new Branch(path, copies);
    }

    private static Version copy(VersionChain origin, Version version, VersionChain line) {
        long number = line.head() + 1;
        return new Version(
                line.model(),
                number,
                "copy-of-" + version.model() + "-" + version.number(),
                edit(origin, version),
                line.digest(line.head()),
                version.digest(),
                version.tensors(),
                version.committedAt(),
                version.provenance(),
                Optional.empty(),
                Optional.of(new Origin(version.model(), version.number())));
    }

    /** A rebase begins its path, and is then the edit that writes all live facts into the base. */
    private static Edited edit(VersionChain origin, Version version) {
        if (version.change() instanceof Edited edited) {
            return edited;
        }
        Solved rebased = (Solved) version.change();
        List<LiveFact> live = origin.live(version.number()).values().stream().map(Live::fact).toList();
        return new Edited(live, List.of(), List.of(), rebased.delta(), rebased.pairs());
    }

    /** Of the beginning: another one has another name, whatever line begins so. */
    public String name() {
        return copies.isEmpty() ? "begun" : "begun-" + copies.get(copies.size() - 1).intent();
    }

    /** The events that wrote its facts, as an accumulator knows them: each once, in the order of the versions. */
    public List<Known> known() {
        Map<EventId, Known> known = new LinkedHashMap<>();
        copies.forEach(copy -> ((Edited) copy.change()).in().forEach(fact -> known.putIfAbsent(fact.event(), fact.known())));
        return List.copyOf(known.values());
    }
}
