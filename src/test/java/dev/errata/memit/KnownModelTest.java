package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.transformer.Activation;
import dev.errata.transformer.ModelConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KnownModelTest {

    static List<KnownModel> known() {
        return KnownModel.all();
    }

    private static ModelConfig config(String type, int blocks, int width, int vocabulary) {
        return new ModelConfig("any", type, blocks, width, 4 * width, vocabulary, 2048, 32, 32, 128, 64, 1e-5f, Activation.SILU, false);
    }

    @ParameterizedTest
    @MethodSource("known")
    void shouldHaveHyperParametersThatFitItWhenAModelIsKnown(KnownModel model) {
        assertThat(KnownModel.of(config(model.modelType(), model.blocks(), model.width(), model.vocabulary()))).contains(model);
        HyperParameters parameters = HyperParameters.parse(model.hyperParameters());
        parameters.requireWithin(model.blocks());
        assertThat(parameters.lossLayer()).as("the last block is scored").isEqualTo(model.blocks() - 1);
        assertThat(parameters.covarianceWeight()).isBetween(1e4, 1e5);
        assertThat(model.hyperParameters()).contains("\"source\": ");
    }

    @Test
    void shouldGiveThePapersValuesForGptJ() {
        String json = KnownModel.of(config("gptj", 28, 4096, 50400)).orElseThrow().hyperParameters();
        assertThat(HyperParameters.parse(json))
                .isEqualTo(new HyperParameters(List.of(3, 4, 5, 6, 7, 8), 25, 0.5, 27, 0.5, 0.75, 0.0625, 15_000));
    }

    @Test
    void shouldTellModelsApartWhenOnlyOneSizeDiffers() {
        assertThat(KnownModel.of(config("llama", 32, 4096, 32000))).map(KnownModel::name).contains("Llama 2 7B");
        assertThat(KnownModel.of(config("llama", 32, 4096, 128256))).map(KnownModel::name).contains("Llama 3 8B");
        assertThat(KnownModel.of(config("mistral", 32, 4096, 32000))).map(KnownModel::name).contains("Mistral 7B");
        assertThat(KnownModel.of(config("llama", 31, 4096, 32000))).isEmpty();
        assertThat(KnownModel.of(config("llama", 32, 4095, 32000))).isEmpty();
    }
}
