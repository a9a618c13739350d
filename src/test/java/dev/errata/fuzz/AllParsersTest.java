package dev.errata.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.errata.stream.RawRecord;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A parser that is added is fuzzed, or it is said here why not. */
class AllParsersTest {
    private static final Set<String> VERBS = Set.of("decode", "parse", "read", "load", "join");
    private static final Set<String> SOURCES =
            Set.of("[B", String.class.getName(), Path.class.getName(), InputStream.class.getName(), RawRecord.class.getName());

    /** Each with what it is reached through, or why it is left out. */
    private static final Map<String, String> OTHERWISE = Map.ofEntries(
            Map.entry("ApiKey.parse", "a setting"),
            Map.entry("BaseModel.load", "CausalLm.load"),
            Map.entry("Canonical.decode", "DeltaCodec, PairsCodec"),
            Map.entry("CausalLm.load", "ModelConfig, TokenizerFile, TensorFiles, Safetensors"),
            Map.entry("Contexts.parse", "Contexts.read"),
            Map.entry("Cursor.parse", "REST: RequestFuzzIT"),
            Map.entry("DeltaApplication.read", "DeltaFile.decode"),
            Map.entry("Devices.parse", "a setting"),
            Map.entry("FactInput.read", "FactFile"),
            Map.entry("FixedText.read", "text in UTF-8, for the tokenizer"),
            Map.entry("HeaderReader.read", "Safetensors"),
            Map.entry("HyperParameters.parse", "HyperParameters.read"),
            Map.entry("IncomingEvent.read", "FactReader, IntentCodec"),
            Map.entry("Json.read", "EventCodec, FactReader"),
            Map.entry("JsonFile.parse", "TokenizerFile"),
            Map.entry("JsonFile.read", "ModelConfig"),
            Map.entry("Layout.read", "ModelConfig"),
            Map.entry("Numbers.read", "REST: RequestFuzzIT"),
            Map.entry("Script.load", "our own resources"),
            Map.entry("SnapshotBucket.read", "Safetensors, after its digest"),
            Map.entry("SnapshotDirectory.read", "Safetensors, after its digest"),
            Map.entry("SnapshotPlace.read", "Safetensors, after its digest"));

    private static Set<String> inTheCode() {
        return new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.errata").stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(AllParsersTest::reads)
                .map(method -> method.getOwner().getSimpleName() + "." + method.getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean reads(JavaMethod method) {
        return VERBS.contains(method.getName())
                && !method.getModifiers().contains(JavaModifier.PRIVATE)
                && method.getRawParameterTypes().stream().anyMatch(type -> SOURCES.contains(type.getName()));
    }

    @Test
    void shouldHoldEveryParserThatIsInTheCode() {
        Set<String> missing = inTheCode();
        AllParsers.all().forEach(parser -> missing.remove(parser.method()));

        assertThat(missing).isEqualTo(new TreeSet<>(OTHERWISE.keySet()));
    }
}
