package dev.errata.simulation;

import dev.errata.audit.AuditRules;
import dev.errata.audit.Finding;
import dev.errata.audit.LogAudit;
import dev.errata.delta.Delta;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.Digest;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Live;
import dev.errata.delta.Pairs;
import dev.errata.delta.PairsCodec;
import dev.errata.delta.Snapshots;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.delta.VersionChain;
import dev.errata.fact.FactKey;
import dev.errata.memit.BatchEditor;
import dev.errata.memit.EditResult;
import dev.errata.memit.Progress;
import dev.errata.stream.Decision;
import dev.errata.stream.FactLimits;
import dev.errata.stream.LogSource;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.KafkaEditLog;
import dev.errata.stream.kafka.KafkaLogSource;
import dev.errata.worker.CycleListener;
import dev.errata.worker.Disk;
import dev.errata.worker.EditorCycle;
import dev.errata.worker.Standing;
import dev.errata.worker.Standings;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What does not hold on a line that has come to rest: the log's own invariants ({@link LogAudit}), and what the log alone cannot say:
 * that every version is what its editor makes of the one before, bit for bit, that editors stand where the log says, and that no
 * follower ever served weights that are no version's, or those of a held version alone that nobody has released.
 */
record Findings(
        ClientFactory clients, BatchEditor editor, List<EditorCycle> editors, List<SortedMap<String, EditedTensor>> served) {

    List<String> all() {
        List<String> findings = new ArrayList<>();
        try {
            findings.addAll(audited(clients, AuditRules.of(editor.baseWeights(), FactLimits.DEFAULT).resting()));
            if (findings.isEmpty()) {
                findings.addAll(recomputed());
            }
        } catch (RuntimeException e) {
            findings.add("the log cannot be read: " + e);
        }
        return findings;
    }

    /** What the auditor says of the log, which may still move. */
    static List<String> audited(ClientFactory clients, AuditRules rules) {
        try (LogSource log = new KafkaLogSource(clients, Schedule.LINE)) {
            return LogAudit.of(log, Schedule.LINE, rules).findings().stream().map(Finding::toString).toList();
        }
    }

    /** Makes every version again, from the log alone. */
    private List<String> recomputed() {
        List<String> findings = new ArrayList<>();
        VersionChain chain = new VersionChain(Schedule.LINE.model(), digests(editor.baseWeights()));
        MemoryPayloads payloads = new MemoryPayloads(() -> {});
        List<Version> announced = new ArrayList<>();
        List<Version> held = new ArrayList<>();
        try (KafkaEditLog log = KafkaEditLog.open(clients, Schedule.LINE, Clock.fixed(SimulatedClock.START, ZoneOffset.UTC))) {
            log.replay((version, delta, pairs) -> {
                if (version.change() instanceof Solved solved) {
                    again(chain, payloads, version, delta, pairs).ifPresent(findings::add);
                    payloads.put(solved.delta(), delta);
                    payloads.put(solved.pairs(), pairs);
                }
                chain.append(version);
                (version.held().isPresent() ? held : announced).add(version);
            });
            held.stream().filter(one -> log.decision(one.number(), Duration.ZERO).filter(Decision::released).isPresent()).forEach(
                    announced::add);
        }
        Set<String> known = announced.stream().map(Version::digest).collect(Collectors.toCollection(HashSet::new));
        known.add(chain.digest(0));
        Standing head = at(chain.head(), chain, payloads);
        for (EditorCycle cycle : editors) {
            boolean same = cycle.standing().weights().equals(head.weights())
                    && cycle.standing().live().facts().equals(head.live().facts());
            if (!same) {
                findings.add("an editor's standing (expected: that of version " + chain.head() + ", as the log has it)");
            }
        }
        if (!head.live().facts().stream().map(fact -> fact.key()).collect(Collectors.toSet()).equals(chain.live().keySet())) {
            findings.add("the solver's live set " + head.live().facts() + " (expected: " + chain.live().keySet() + ")");
        }
        served.stream().map(weights -> Digest.version(digests(weights))).filter(digest -> !known.contains(digest)).forEach(
                digest -> findings.add("a follower served " + digest + " (expected: the weights of a version that was to be announced)"));
        return findings;
    }

    private Standing at(long number, VersionChain chain, MemoryPayloads payloads) {
        return new Standings(chain, editor, new Disk(payloads, Snapshots.NONE, Schedule.STRIDE), CycleListener.NONE).at(number);
    }

    private Optional<String> again(VersionChain chain, MemoryPayloads payloads, Version version, byte[] delta, byte[] pairs) {
        EditResult result = remade(chain, payloads, version.change());
        if (!(result instanceof EditResult.Edited made)) {
            return Optional.of("version " + version.number() + " cannot be made again: " + result);
        }
        Delta found = DeltaCodec.decode(delta);
        Pairs solver = PairsCodec.decode(pairs);
        List<FactKey> rewritten = version.change() instanceof Edited edited ? edited.rewritten() : List.of();
        boolean same = found.equals(made.delta()) && solver.equals(made.pairs()) && rewritten.equals(made.rewritten());
        return same ? Optional.empty() : Optional.of("version " + version.number() + ": its delta or pairs (expected: the same again)");
    }

    private EditResult remade(VersionChain chain, MemoryPayloads payloads, Version.Change change) {
        if (change instanceof Edited edited) {
            Standing before = at(chain.head(), chain, payloads);
            return editor.edit(before.live(), before.weights(), edited.in(), edited.out(), Progress.NONE);
        }
        return editor.rebase(chain.live().values().stream().map(Live::fact).toList(), Progress.NONE);
    }

    private static SortedMap<String, String> digests(SortedMap<String, EditedTensor> tensors) {
        SortedMap<String, String> digests = new TreeMap<>();
        tensors.forEach((name, tensor) -> digests.put(name, tensor.digest()));
        return digests;
    }
}
