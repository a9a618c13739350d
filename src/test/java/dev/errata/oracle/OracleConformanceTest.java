package dev.errata.oracle;

import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Devices;
import dev.errata.transformer.LmTokenizer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Is it the same algorithm? Everything that a directory of recordings holds is computed again and compared.
 *
 * <p>By default the directory is the GPT-J one among the test resources; {@code -Derrata.oracle=DIR} names another, and {@code
 * -Derrata.oracle.model=DIR} its model if that lies elsewhere. What a directory does not hold is not checked. {@code
 * -Derrata.oracle.device} names the device, by default the CPU, on which the recordings were made.
 */
class OracleConformanceTest {
    private static OracleDirectory oracle;
    private static CausalLm model;

    @BeforeAll
    static void load() {
        oracle = OracleDirectory.configured();
        model = CausalLm.load(oracle.model(), Devices.parse(System.getProperty("errata.oracle.device", "cpu")));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @TestFactory
    Stream<DynamicTest> tokens() {
        return oracle.has("tokens.json") ? new TokenChecks(model.tokenizer(), oracle.json("tokens.json")).all() : Stream.of();
    }

    /** The same model with a tokenizer that prepends a BOS, where that was recorded too. */
    @TestFactory
    Stream<DynamicTest> tokensWithBos() {
        if (!oracle.has("tokens-bos.json")) {
            return Stream.empty();
        }
        LmTokenizer tokenizer = LmTokenizer.load(oracle.path().resolve("tokenizer-bos"));
        return new TokenChecks(tokenizer, oracle.json("tokens-bos.json")).all().onClose(tokenizer::close);
    }

    @TestFactory
    Stream<DynamicTest> forward() {
        return oracle.has("forward.safetensors") ? new ForwardChecks(oracle, model).all() : Stream.of();
    }

    @TestFactory
    Stream<DynamicTest> memit() {
        return new MemitChecks(oracle, model).all();
    }

    @TestFactory
    Stream<DynamicTest> targetVariants() {
        return oracle.has("memit/z_variants.json") ? new TargetVariantChecks(oracle, model).all() : Stream.of();
    }

    @TestFactory
    Stream<DynamicTest> algebra() {
        return oracle.has("memit/batch1_design.safetensors") ? new AlgebraChecks(oracle).all() : Stream.of();
    }

    @TestFactory
    Stream<DynamicTest> metrics() {
        return oracle.has(MetricChecks.FILE) ? new MetricChecks(oracle, model).all() : Stream.of();
    }
}
