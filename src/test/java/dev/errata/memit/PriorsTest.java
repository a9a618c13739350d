package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.CausalLm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inverses: right, kept, and what is done where there is none. */
class PriorsTest {
    private static CausalLm lm;
    private static Covariance covariance;

    @TempDir
    Path directory;

    @BeforeAll
    static void load() {
        lm = TinyModel.load();
        covariance = TinyModel.covariance(lm);
    }

    @AfterAll
    static void close() {
        lm.close();
    }

    private Priors open(Covariance of, double weight) {
        HyperParameters tiny = TinyModel.PARAMETERS;
        HyperParameters parameters = new HyperParameters(tiny.layers(), tiny.steps(), tiny.learningRate(), tiny.lossLayer(),
                tiny.weightDecay(), tiny.clampNormFactor(), tiny.klFactor(), weight);
        return new Priors(lm, parameters, of, Optional.of(directory.resolve("priors")));
    }

    private static double[] inverse(Priors priors, int block) {
        return priors.prior(block).times(CommonOps_DDRM.identity(128)).data;
    }

    @Test
    void shouldInvertWhatItIsGiven() {
        try (Priors priors = open(covariance, 100)) {
            DMatrixRMaj product = priors.prior(1).times(DMatrixRMaj.wrap(128, 128, covariance.mean(1).clone()));
            DMatrixRMaj weighted = priors.prior(1).times(priors.prior(1).weighted());
            for (int i = 0; i < 128; i++) {
                for (int j = 0; j < 128; j++) {
                    assertThat(product.get(i, j)).isCloseTo(i == j ? 1.0 / 100 : 0, within(1e-10));
                    assertThat(weighted.get(i, j)).isCloseTo(i == j ? 1 : 0, within(1e-8));
                }
            }
            assertThat(priors.warnings()).isEmpty();
        }
    }

    @Test
    void shouldReadWhatItKeptToTheBitAndInvertNothing() {
        double[] first;
        try (Priors priors = open(covariance, 100)) {
            assertThat(priors.inverted()).containsExactly(0, 1);
            first = inverse(priors, 1);
        }

        try (Priors priors = open(covariance, 100)) {
            assertThat(priors.inverted()).isEmpty();
            assertThat(inverse(priors, 1)).isEqualTo(first);
        }
    }

    @Test
    void shouldInvertAnewWhenWeightOrCovarianceAreOthers() {
        open(covariance, 100).close();

        try (Priors priors = open(covariance, 50)) {
            assertThat(priors.inverted()).containsExactly(0, 1);
        }
        double[] other = covariance.mean(1).clone();
        other[0] = Math.nextUp(other[0]);
        Covariance changed = new Covariance(covariance.source(), covariance.tokens(), Double.NaN,
                Map.of(0, covariance.moment(0), 1, Covariance.Moment.of(other)));
        try (Priors priors = open(changed, 50)) {
            assertThat(priors.inverted()).containsExactly(1);
        }
    }

    @Test
    void shouldInvertAnewWhenAFileIsDamagedWhereverThatIs() throws IOException {
        open(covariance, 100).close();
        Path file = directory.resolve("priors/prior.block-0.safetensors");
        byte[] whole = Files.readAllBytes(file);
        for (int at : new int[] {3, 40, 200, whole.length / 2, whole.length - 1}) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 4;
            Files.write(file, damaged);
            try (Priors priors = open(covariance, 100)) {
                assertThat(priors.inverted()).as("byte " + at).containsExactly(0);
            }
            assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        }
    }

    @Test
    void shouldAddARidgeAndNameItWhenTheTextIsTooShort() throws IOException {
        Path text = Files.writeString(directory.resolve("text.txt"), "The capital of Norway is Oslo .\nA lobster , by any name .\n");
        Covariance few = Covariance.compute(lm, text, OptionalLong.empty(), List.of(0, 1), reading -> {});

        try (Priors priors = open(few, 100)) {
            assertThat(priors.warnings()).hasSize(2);
            assertThat(priors.warnings().get(0))
                    .startsWith("covariance of block 0 over " + few.tokens() + " tokens is singular or nearly so: a ridge of 1e-04 of its");
            double[] weighted = priors.prior(0).weighted().data;
            double trace = 0;
            for (int i = 0; i < 128; i++) {
                trace += few.mean(0)[i * 129];
            }
            assertThat(weighted[0]).isCloseTo(100 * (few.mean(0)[0] + 1e-4 * trace / 128), within(1e-9));
        }
        try (Priors priors = open(few, 100)) {
            assertThat(priors.inverted()).as("kept with its ridge").isEmpty();
            assertThat(priors.warnings()).as("and said again").hasSize(2);
        }
    }

    @Test
    void shouldAddARidgeWhenTheTextSaysTheSameOverAndOver() throws IOException {
        Path text = Files.writeString(directory.resolve("text.txt"), "A lobster , by any name .\n".repeat(40));
        Covariance same = Covariance.compute(lm, text, OptionalLong.empty(), List.of(0, 1), reading -> {});
        assertThat(same.tokens()).isGreaterThan(128);

        try (Priors priors = open(same, 100)) {
            assertThat(priors.warnings()).hasSize(2).allSatisfy(warning -> assertThat(warning).contains("a ridge of 1e-0"));
        }
    }

    @Test
    void shouldRefuseWithNumbersWhenNoRidgeHelps() {
        Covariance nothing = new Covariance(covariance.source(), 1000, Double.NaN,
                Map.of(0, Covariance.Moment.of(new double[128 * 128]), 1, covariance.moment(1)));

        assertThatThrownBy(() -> open(nothing, 100))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.COVARIANCE_SINGULAR))
                .hasMessageContaining("covariance of block 0 over 1000 tokens");
    }
}
