package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.Batch;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Live;
import dev.errata.delta.LiveFact;
import dev.errata.delta.Replay;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.VersionChain;
import dev.errata.evaluation.Evaluation;
import dev.errata.evaluation.Growth;
import dev.errata.evaluation.Scores;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Outcome.Replaced;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult.TargetCount;
import dev.errata.stream.Commit;
import dev.errata.worker.TinyLine.Parts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a batch: a version with everything that belongs to it, or outcomes alone. */
class EditorCycleTest {
    private static final String TOO_LONG = "on and on ".repeat(100);

    private static Parts parts;

    @TempDir
    Path directory;

    private TinyLine line;

    @BeforeAll
    static void load() {
        parts = Parts.load();
    }

    @AfterAll
    static void close() {
        parts.close();
    }

    @BeforeEach
    void begin() {
        line = new TinyLine(parts, directory);
    }

    private Version version(int number) {
        return line.log.versions().get(number - 1);
    }

    private Edited edited(int number) {
        return (Edited) version(number).change();
    }

    private void rejected(FactChange change, Failure code) {
        assertThat(line.fate(change)).isInstanceOfSatisfying(Fate.Rejected.class, fate -> assertThat(fate.code()).isEqualTo(code));
    }

    @Test
    void shouldCommitEverythingTogetherWhenABatchIsEdited() {
        Asserted anna = line.speaks("Anna Karenina", "Polish");
        Asserted boris = line.speaks("Boris Godunov", "Swedish");
        Batch batch = line.batch(anna, boris);
        EditorCycle cycle = line.start();

        cycle.turn();

        Commit commit = line.log.commits().get(0);
        Version version = commit.version().orElseThrow();
        assertThat(version.number()).isEqualTo(1);
        assertThat(version.intent()).isEqualTo(batch.id());
        assertThat(edited(1).in()).containsExactly(LiveFact.of(anna), LiveFact.of(boris));
        assertThat(edited(1).out()).isEmpty();
        assertThat(edited(1).delta().chunks()).hasSizeGreaterThan(1);
        assertThat(version.provenance().seconds()).containsOnlyKeys("targets", "keys", "solve", "apply", "evaluate", "encode");
        Evaluation evaluation = commit.evaluation().orElseThrow();
        assertThat(evaluation.versionDigest()).isEqualTo(version.digest());
        assertThat(evaluation.written().facts()).isEqualTo(2);
        assertThat(evaluation.written().byName()).containsKeys(Scores.EFFICACY_SUCCESS, Scores.EFFICACY_ACCURACY);
        assertThat(evaluation.retained()).isEmpty();
        assertThat(evaluation.drift()).isPresent();
        assertThat(commit.outcomes()).extracting(Outcome::fate).containsOnly(new Fate.Applied(1, Optional.empty())).hasSize(2);
        assertThat(line.ledger()).isEqualTo(Map.of(
                anna.key(), new Live(1, LiveFact.of(anna)), boris.key(), new Live(1, LiveFact.of(boris))));
        assertThat(line.log.heads()).extracting(head -> head.version()).containsExactly(0L, 1L);
        assertThat(line.log.heads().get(1).digest()).isEqualTo(version.digest());
    }

    @Test
    void shouldPublishWhatReplaysToTheSameWeightsWhenABatchIsEdited() {
        line.batch(line.speaks("Anna Karenina", "Polish"), line.speaks("Boris Godunov", "Swedish"));
        line.batch(line.speaks("Clara Schumann", "Georgian"));
        EditorCycle cycle = line.start();

        cycle.turn();
        cycle.turn();

        SortedMap<String, EditedTensor> base = parts.editor().baseWeights();
        Map<String, String> digests = new TreeMap<>();
        base.forEach((name, tensor) -> digests.put(name, tensor.digest()));
        VersionChain chain = new VersionChain(TinyLine.NAME, digests);
        line.log.versions().forEach(chain::append);
        assertThat(Replay.weights(base, chain, 2, version -> DeltaCodec.decode(line.log.delta(version.number()))))
                .isEqualTo(cycle.standing().weights());
        assertThat(line.log.evaluations().get(1).retained().orElseThrow().facts()).isEqualTo(2);
    }

    @Test
    void shouldDoNothingWhenThereIsNoIntent() {
        line.start().turn();

        assertThat(line.log.commits()).isEmpty();
        assertThat(line.log.heads()).hasSize(1);
    }

    @Test
    void shouldRejectOneFactAloneWhenTheModelCannotTakeIt() {
        Asserted good = line.speaks("Anna Karenina", "Polish");
        Asserted endless = line.speaks("Boris Godunov", TOO_LONG);
        line.batch(endless, good);

        line.start().turn();

        rejected(endless, Failure.FACT_TOO_MANY_TOKENS);
        assertThat(line.fate(good)).isEqualTo(new Fate.Applied(1, Optional.empty()));
        assertThat(edited(1).in()).containsExactly(LiveFact.of(good));
        assertThat(line.ledger()).containsOnlyKeys(good.key());
    }

    @Test
    void shouldMakeNoVersionWhenEveryFactIsRejected() {
        Asserted endless = line.speaks("Boris Godunov", TOO_LONG);
        Retracted unknown = line.retracted("Nobody");
        line.batch(endless, unknown);
        line.batch(line.speaks("Anna Karenina", "Polish"));
        EditorCycle cycle = line.start();

        cycle.turn();

        rejected(endless, Failure.FACT_TOO_MANY_TOKENS);
        rejected(unknown, Failure.FACT_NOT_LIVE);
        assertThat(line.log.versions()).isEmpty();
        assertThat(line.log.heads()).hasSize(1);
        cycle.turn();
        assertThat(line.log.versions()).hasSize(1);
    }

    @Test
    void shouldTakeTheOldFactOutWhenItIsRevised() {
        Asserted old = line.speaks("Anna Karenina", "Polish");
        Asserted revised = line.speaks("Anna Karenina", "Swedish");
        Asserted other = line.speaks("Boris Godunov", "Swedish");
        line.batch(old, other);
        line.batch(revised);
        EditorCycle cycle = line.start();

        cycle.turn();
        cycle.turn();

        assertThat(edited(2).out()).containsExactly(old.key());
        assertThat(edited(2).in()).containsExactly(LiveFact.of(revised));
        assertThat(line.fate(revised)).isEqualTo(new Fate.Applied(2, Optional.of(new Replaced(old.event(), "Polish", 1))));
        assertThat(line.ledger().get(old.key())).isEqualTo(new Live(2, LiveFact.of(revised)));
        assertThat(line.ledger()).hasSize(2);
        assertThat(cycle.standing().live().pairs()).containsExactly(List.of(other.key()), List.of(revised.key()));
        assertThat(line.log.evaluations().get(1).retained().orElseThrow().facts()).as("what it replaced is not retained").isEqualTo(1);
    }

    @Test
    void shouldLeaveTheOldFactLiveWhenItsRevisionIsRejected() {
        Asserted old = line.speaks("Anna Karenina", "Polish");
        Asserted revised = line.speaks("Anna Karenina", TOO_LONG);
        Asserted good = line.speaks("Boris Godunov", "Swedish");
        line.batch(old);
        line.batch(revised, good);
        EditorCycle cycle = line.start();

        cycle.turn();
        cycle.turn();

        rejected(revised, Failure.FACT_TOO_MANY_TOKENS);
        assertThat(edited(2).out()).isEmpty();
        assertThat(edited(2).in()).containsExactly(LiveFact.of(good));
        assertThat(line.ledger().get(old.key())).isEqualTo(new Live(1, LiveFact.of(old)));
        assertThat(cycle.standing().live().pairs()).containsExactly(List.of(old.key()), List.of(good.key()));
    }

    @Test
    void shouldTakeAFactOutWhenItIsRetracted() {
        Asserted anna = line.speaks("Anna Karenina", "Polish");
        Asserted boris = line.speaks("Boris Godunov", "Swedish");
        Retracted retracted = line.retracted("Anna Karenina");
        Retracted unknown = line.retracted("Nobody");
        line.batch(anna, boris);
        line.batch(retracted, unknown);
        EditorCycle cycle = line.start();

        cycle.turn();
        cycle.turn();

        assertThat(line.fate(retracted)).isEqualTo(new Fate.Applied(2, Optional.of(new Replaced(anna.event(), "Polish", 1))));
        rejected(unknown, Failure.FACT_NOT_LIVE);
        assertThat(edited(2).in()).isEmpty();
        assertThat(edited(2).out()).containsExactly(anna.key());
        assertThat(line.ledger()).containsOnlyKeys(boris.key());
        assertThat(cycle.standing().live().pairs()).containsExactly(List.of(boris.key()));
        assertThat(line.log.evaluations().get(1).written().facts()).isZero();
    }

    @Test
    void shouldRejectTheBatchWhenAGuardTrips() {
        // It raises the perplexity by 3.7 %.
        Asserted clara = line.speaks("Clara Schumann", "Polish");
        Asserted endless = line.speaks("Boris Godunov", TOO_LONG);
        line.batch(clara, endless);
        line.batch(line.speaks("Anna Karenina", "Polish"));
        EditorCycle cycle = line.guarded(1.01).start();
        Standing before = cycle.standing();

        cycle.turn();

        assertThat(line.fate(clara)).isInstanceOfSatisfying(Fate.Rejected.class, fate -> {
            assertThat(fate.code()).isEqualTo(Failure.GUARD_PERPLEXITY);
            assertThat(fate.message()).contains("expected: at most 1.01 times");
        });
        rejected(endless, Failure.FACT_TOO_MANY_TOKENS);
        assertThat(line.log.versions()).isEmpty();
        assertThat(line.ledger()).isEmpty();
        assertThat(cycle.standing()).isSameAs(before);
        cycle.turn();
        assertThat(line.log.versions()).hasSize(1);
    }

    @Test
    void shouldRejectTheBatchWhenWeightsWouldGrowTooFar() {
        Asserted clara = line.speaks("Clara Schumann", "Polish");
        line.batch(clara);
        List<Guards.Warning> warned = new ArrayList<>();
        EditorCycle cycle = line.guarded(new Guards(1e9, 1e9, 1e-6, 0, 1, 0.5)).heardBy(hearing(warned)).start();

        cycle.turn();

        assertThat(line.fate(clara)).isInstanceOfSatisfying(Fate.Rejected.class, fate -> {
            assertThat(fate.code()).isEqualTo(Failure.GUARD_GROWTH);
            assertThat(fate.message()).contains("transformer.h.").contains("(expected: at most 1.0E-6)");
        });
        assertThat(line.log.versions()).isEmpty();
        assertThat(warned).isEmpty();
    }

    @Test
    void shouldWarnInTheEvaluationWhenAGuardIsNear() {
        Asserted clara = line.speaks("Clara Schumann", "Polish");
        line.batch(clara);
        line.batch(line.retracted("Clara Schumann"));
        List<Guards.Warning> warned = new ArrayList<>();
        EditorCycle cycle = line.guarded(new Guards(1e9, 1e9, 10, 0, 1, 1e-6)).heardBy(hearing(warned)).start();

        cycle.turn();

        Evaluation evaluation = line.log.evaluations().get(0);
        assertThat(evaluation.warnings()).contains(Failure.GUARD_GROWTH);
        assertThat(warned).extracting(Guards.Warning::code).containsAll(evaluation.warnings());
        Growth growth = evaluation.growth().orElseThrow();
        assertThat(growth.pairs()).isEqualTo(1);
        assertThat(growth.tensors().keySet()).isEqualTo(parts.editor().baseWeights().keySet());
        assertThat(growth.tensors().values()).allSatisfy(tensor -> {
            assertThat(tensor.changeNorm()).isPositive();
            assertThat(tensor.norm()).isBetween(tensor.baseNorm() - tensor.changeNorm(), tensor.baseNorm() + tensor.changeNorm());
            assertThat(tensor.leverage()).hasValueSatisfying(leverage -> assertThat(leverage).isBetween(0.0, 1.0));
        });
        cycle.turn();
        Growth after = line.log.evaluations().get(1).growth().orElseThrow();
        assertThat(after.pairs()).isZero();
        assertThat(after.tensors().values()).allSatisfy(tensor -> {
            assertThat(tensor.changeRatio()).as("nothing is live any more").isLessThan(1e-5);
            assertThat(tensor.leverage()).isEmpty();
        });
    }

    @Test
    void shouldSearchATargetOnceWhenAFactIsRevisedBack() {
        line.batch(line.speaks("Clara Schumann", "Polish"));
        line.batch(line.speaks("Clara Schumann", "Swedish"));
        line.batch(line.speaks("Clara Schumann", "Polish"));
        parts.kept().clear();
        List<TargetCount> counts = new ArrayList<>();
        EditorCycle cycle = line.heardBy(new CycleListener() {
            @Override
            public void targets(TargetCount count) {
                counts.add(count);
            }
        }).start();

        cycle.turn();
        cycle.turn();
        cycle.turn();

        assertThat(counts).containsExactly(new TargetCount(0, 1), new TargetCount(0, 1), new TargetCount(1, 0));
        assertThat(line.log.versions()).hasSize(3);
    }

    private static CycleListener hearing(List<Guards.Warning> warned) {
        return new CycleListener() {
            @Override
            public void warned(Guards.Warning warning) {
                warned.add(warning);
            }
        };
    }

    @Test
    void shouldRejectAFactAndKeepTheOldOneWhenItsTargetDoesNotConverge() {
        Asserted old = line.speaks("Anna Karenina", "Polish");
        line.batch(old);
        line.start().turn();
        Asserted revised = line.speaks("Anna Karenina", "Swedish");
        line.batch(revised);

        try (Parts strict = Parts.load(0.001, Map.of())) {
            EditorCycle cycle = line.with(strict).start();
            cycle.turn();

            rejected(revised, Failure.TARGET_NOT_CONVERGED);
            assertThat(line.log.versions()).hasSize(1);
            assertThat(line.ledger().get(old.key())).isEqualTo(new Live(1, LiveFact.of(old)));
            assertThat(cycle.standing().live().holds(old.key())).isTrue();
        }
    }

    /** With next to nothing to preserve, the change of weights does not fit fp32. */
    @Test
    void shouldRejectTheBatchWhenItsChangeIsNotFinite() {
        Asserted anna = line.speaks("Anna Karenina", "Polish");
        Retracted unknown = line.retracted("Nobody");
        line.batch(anna, unknown);

        try (Parts reckless = Parts.load(Double.MAX_VALUE, Map.of("mom2_update_weight", 1e-200))) {
            EditorCycle cycle = line.with(reckless).start();
            cycle.turn();

            rejected(anna, Failure.EDIT_NOT_FINITE);
            rejected(unknown, Failure.FACT_NOT_LIVE);
            assertThat(line.log.versions()).isEmpty();
            assertThat(line.log.commits()).hasSize(1);
        }
    }

    /** Whatever a source sends as probes, it must not stop the line. */
    @Test
    void shouldApplyAFactWhenItsProbesCannotBeAsked() {
        Fact fact = new Fact("Norway", new Relation("P36", "The capital of {} is"), "Rome");
        Asserted odd = line.asserted(fact, Optional.of(TOO_LONG), new Probes(List.of(TOO_LONG, "", " "), List.of(TOO_LONG)));
        line.batch(odd);
        line.batch(line.speaks("Anna Karenina", "Polish"));
        EditorCycle cycle = line.start();

        cycle.turn();
        cycle.turn();

        assertThat(line.fate(odd)).isEqualTo(new Fate.Applied(1, Optional.empty()));
        assertThat(line.log.versions()).hasSize(2);
    }
}
