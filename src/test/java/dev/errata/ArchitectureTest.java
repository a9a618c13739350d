package dev.errata;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rooms of the house and what each may import. THINK before you change the table: an arrow that is added here is one that
 * everybody who reads the code has to follow.
 */
class ArchitectureTest {
    private static final Set<String> BELOW_WORKER =
            Set.of(
                    "failure", "fact", "batch", "delta", "safetensors", "torchscript", "transformer", "memit", "evaluation", "stream");
    private static final Set<String> BELOW_SERVICE = and(BELOW_WORKER, "worker", "follower");
    private static final Set<String> BELOW_FACES = and(BELOW_SERVICE, "service", "history");

    /** Each room with the rooms that it may import. */
    private static final Map<String, Set<String>> ROOMS = Map.ofEntries(
            entry("failure", Set.of()),
            entry("safetensors", Set.of("failure")),
            entry("fact", Set.of("failure")),
            entry("batch", Set.of("failure", "fact")),
            entry("delta", Set.of("failure", "fact", "batch", "safetensors")),
            entry("snapshot", Set.of("failure", "delta", "safetensors")),
            entry("torchscript", Set.of()),
            entry("transformer", Set.of("failure", "safetensors", "torchscript")),
            entry("memit", Set.of("failure", "fact", "batch", "delta", "transformer", "safetensors")),
            entry("evaluation", Set.of("failure", "fact", "transformer", "safetensors")),
            entry("stream", Set.of("failure", "fact", "batch", "delta", "evaluation", "safetensors")),
            entry("audit", Set.of("failure", "fact", "batch", "delta", "evaluation", "stream")),
            entry("history", Set.of("failure", "fact", "batch", "delta", "evaluation", "stream")),
            entry("worker", BELOW_WORKER),
            entry("follower", and(BELOW_WORKER, "worker")),
            entry("export", BELOW_WORKER),
            entry("simulation", and(BELOW_SERVICE, "audit")),
            entry("service", and(BELOW_SERVICE, "history", "snapshot")),
            entry("api", BELOW_FACES),
            entry("dashboard", BELOW_FACES),
            entry("experiment", BELOW_FACES),
            entry("cli", and(BELOW_FACES, "experiment", "simulation", "audit", "export")));

    private static final String[] DJL = {"ai.djl.."};
    private static final String[] KAFKA = {"org.apache.kafka..", "kafka..", "io.smallrye.reactive.messaging.."};
    private static final String[] FRAMEWORKS = {"io.quarkus..", "io.smallrye..", "jakarta..", "org.apache.kafka..", "kafka..", "ai.djl.."};

    private static final JavaClasses MAIN =
            new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.errata");

    static Collection<String> rooms() {
        return new TreeSet<>(ROOMS.keySet());
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void shouldImportOnlyTheRoomsBelow(String room) {
        importsOnly(room, ROOMS.get(room)).check(MAIN);
    }

    @Test
    void shouldLieInARoomOfTheTable() {
        classes().should().resideInAnyPackage(packages(ROOMS.keySet())).check(MAIN);
    }

    @Test
    void shouldHaveNoCircleInTheTable() {
        // Takes away, again and again, every room that may import none of those left.
        Set<String> left = new TreeSet<>(ROOMS.keySet());
        boolean fewer = true;
        while (fewer) {
            Set<String> standing = Set.copyOf(left);
            fewer = left.removeIf(room -> ROOMS.get(room).stream().noneMatch(standing::contains));
        }

        assertThat(left).isEmpty();
    }

    @Test
    void shouldImportDjlOnlyWhereTensorsAreComputed() {
        onlyIn(DJL, "torchscript", "transformer", "memit", "evaluation", "experiment").check(MAIN);
    }

    @Test
    void shouldImportTheAwsSdkOnlyWhereSnapshotsAreKept() {
        onlyIn(new String[] {"software.amazon.."}, "snapshot").check(MAIN);
    }

    @Test
    void shouldImportKafkaOnlyInStream() {
        onlyIn(KAFKA, "stream").check(MAIN);
    }

    /** What is made anywhere else would not have the user's TLS and SASL settings. */
    @Test
    void shouldMakeKafkaClientsInOnePlace() {
        kafkaClientsOnlyIn("dev.errata.stream.kafka.Clients").check(MAIN);
        assertThatThrownBy(() -> kafkaClientsOnlyIn("nobody").check(MAIN))
                .hasMessageContaining("Clients.producer(").hasMessageContaining("Clients.consumer(").hasMessageContaining("Clients.admin(");
    }

    private static ArchRule kafkaClientsOnlyIn(String name) {
        return noClasses().that().doNotHaveFullyQualifiedName(name)
                .should().callConstructorWhere(target(owner(assignableTo(KafkaProducer.class).or(assignableTo(KafkaConsumer.class)))))
                .orShould().callMethodWhere(target(owner(assignableTo(Admin.class))).and(target(name("create"))));
    }

    @Test
    void shouldBePlainJavaWhereTheInvariantsLive() {
        free(FRAMEWORKS, "fact", "batch", "delta", "safetensors", "failure").check(MAIN);
    }

    @Test
    void shouldNeedNothingButTheJdkWhereFactsAreDecided() {
        onlyTheJdk("failure", "fact", "batch").check(MAIN);
    }

    @Test
    void shouldTakeTimeAndChanceAsArgumentsWhereTheInvariantsLive() {
        noClockNoChance(packages(List.of("fact", "batch", "delta"))).check(MAIN);
    }

    /** The engine's tape reads a number that DJL has given back: {@code Factor} says how. */
    @Test
    void shouldMultiplyByNoNumberWhereAGradientIsTaken() {
        noNumberUnderAGradient("dev.errata.transformer").check(MAIN);
        noNumberUnderAGradient("dev.errata.memit.Target").check(MAIN);
        noNumberUnderAGradient("dev.errata.experiment.ReferenceTarget").check(MAIN);
        JavaClasses halves = new ClassFileImporter().importClasses(Halves.class);
        assertThatThrownBy(() -> noNumberUnderAGradient("dev.errata").check(halves)).isInstanceOf(AssertionError.class);
    }

    /** What is not the engine's own would cut the record that nobody knows of. */
    @Test
    void shouldRecordGradientsThroughTheTapeAlone() {
        noClasses().that().doNotHaveFullyQualifiedName("dev.errata.transformer.Tape")
                .should().callMethod("ai.djl.engine.Engine", "newGradientCollector").check(MAIN);
    }

    private static final class Halves {
        static NDArray half(NDArray x) {
            return x.mul(0.5);
        }
    }

    /** @param name what the names of classes begin with */
    private static ArchRule noNumberUnderAGradient(String name) {
        return noClasses().that().haveNameMatching(Pattern.quote(name) + ".*").should().callMethod(NDArray.class, "mul", Number.class)
                .orShould().callMethod(NDArray.class, "muli", Number.class)
                .orShould().callMethod(NDArray.class, "div", Number.class)
                .orShould().callMethod(NDArray.class, "divi", Number.class)
                .orShould().callMethod(NDArray.class, "pow", Number.class)
                .orShould().callMethod(NDArray.class, "powi", Number.class);
    }

    @Test
    void shouldSeeAnImportWhenItIsForbidden() {
        assertSees(importsOnly("batch", Set.of("failure")), "dev.errata.fact");
        assertSees(onlyIn(new String[] {"java.security.."}, "fact"), "java.security.MessageDigest");
        assertSees(free(new String[] {"dev.errata.failure.."}, "fact"), "dev.errata.failure.Failure");
        assertSees(onlyTheJdk("worker"), "io.smallrye.config");
        assertThatThrownBy(() -> classes().should().resideInAnyPackage(packages(Set.of("fact"))).check(MAIN))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void shouldSeeAClockWhenOneIsRead() {
        JavaClasses withClock = new ClassFileImporter().importClasses(ReadsTheClock.class);

        assertThatThrownBy(() -> noClockNoChance("dev.errata").check(withClock))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Instant.now()")
                .hasMessageContaining("Math.random()")
                .hasMessageContaining("System.nanoTime()");
    }

    private static final class ReadsTheClock {
        static String read() {
            return Instant.now() + " " + System.nanoTime() + " " + Math.random();
        }
    }

    private static ArchRule importsOnly(String room, Set<String> allowed) {
        Set<String> forbidden = new TreeSet<>(ROOMS.keySet());
        forbidden.removeAll(allowed);
        forbidden.remove(room);
        return noClasses().that().resideInAnyPackage(packages(Set.of(room))).should().dependOnClassesThat()
                .resideInAnyPackage(packages(forbidden))
                .allowEmptyShould(true);
    }

    private static ArchRule onlyIn(String[] library, String... rooms) {
        return noClasses().that(resideOutsideOfPackages(packages(List.of(rooms)))).should().dependOnClassesThat()
                .resideInAnyPackage(library)
                .allowEmptyShould(true);
    }

    private static ArchRule free(String[] libraries, String... rooms) {
        return noClasses().that(resideInAnyPackage(packages(List.of(rooms)))).should().dependOnClassesThat()
                .resideInAnyPackage(libraries)
                .allowEmptyShould(true);
    }

    private static ArchRule onlyTheJdk(String... rooms) {
        return classes().that(resideInAnyPackage(packages(List.of(rooms)))).should().onlyDependOnClassesThat(
                        resideInAPackage("java..").or(resideInAnyPackage(packages(ROOMS.keySet()))))
                .allowEmptyShould(true);
    }

    /** Random is the parent of SecureRandom and ThreadLocalRandom. */
    private static ArchRule noClockNoChance(String... packages) {
        return noClasses().that(resideInAnyPackage(packages)).should().callMethod(Instant.class, "now")
                .orShould().callMethod(System.class, "currentTimeMillis")
                .orShould().callMethod(System.class, "nanoTime")
                .orShould().callMethod(Math.class, "random")
                .orShould().callMethod(UUID.class, "randomUUID")
                .orShould().dependOnClassesThat().areAssignableTo(Clock.class)
                .orShould().dependOnClassesThat().areAssignableTo(Random.class)
                .allowEmptyShould(true);
    }

    private static void assertSees(ArchRule rule, String named) {
        assertThatThrownBy(() -> rule.check(MAIN)).isInstanceOf(AssertionError.class).hasMessageContaining(named);
    }

    private static String[] packages(Collection<String> rooms) {
        return rooms.stream().map(room -> "dev.errata." + room + "..").toArray(String[]::new);
    }

    private static Set<String> and(Set<String> rooms, String... more) {
        Set<String> all = new TreeSet<>(rooms);
        all.addAll(List.of(more));
        return all;
    }
}
