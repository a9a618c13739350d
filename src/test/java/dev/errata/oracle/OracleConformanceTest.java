package dev.errata.oracle;

import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Devices;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Is it the same algorithm? Everything that a directory of recordings holds is computed again and compared.
 *
 * <p>By default these are the tiny models of every layout among the test resources; {@code -Derrata.oracle=DIR} names another
 * directory, and {@code -Derrata.oracle.model=DIR} its model if that lies elsewhere. What a directory does not hold is not checked.
 * {@code -Derrata.oracle.device} names the device, by default the CPU, on which the recordings were made.
 */
@ParameterizedClass
@MethodSource("recordings")
class OracleConformanceTest {
    private static CausalLm model;

    @Parameter
    private OracleDirectory oracle;

    static Stream<OracleDirectory> recordings() {
        return OracleDirectory.configured();
    }

    @BeforeParameterizedClassInvocation
    static void load(OracleDirectory oracle, @TempDir Path scratch) {
        model = CausalLm.load(oracle.model(scratch), Devices.parse(System.getProperty("errata.oracle.device", "cpu")));
    }

    @AfterParameterizedClassInvocation
    static void close() {
        model.close();
    }

    @TestFactory
    Stream<DynamicTest> tokens() {
        return oracle.has("tokens.json") ? new TokenChecks(model.tokenizer(), oracle.json("tokens.json")).all() : Stream.of();
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
