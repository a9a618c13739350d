package dev.errata.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.oracle.OracleDirectory.Computed;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.TokenRows;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trained model that comes with the product: an F16 file, whose logits the reference recorded in fp32. */
class BundledModelTest {
    private static final String FILE = "batch10_logits.safetensors";

    private static OracleDirectory oracle;
    private static CausalLm model;

    @BeforeAll
    static void load() {
        oracle = OracleDirectory.of("errata-gptj-8m");
        model = CausalLm.load(Path.of("models/errata-gptj-8m"), "cpu");
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void shouldGiveTheLogitsOfTheReferenceWhenAPromptWasRecorded(int prompt) {
        JsonNode text = oracle.json("batch10.json").get("logits_prompts").get(prompt);
        TokenRows rows = TokenRows.of(model.tokenizer().encode(text.textValue()).ids());
        try (NDManager m = model.manager().newSubManager()) {
            NDArray logits = model.logits(rows, Overlay.NONE, m);
            oracle.check(FILE, "before.prompt." + prompt, Computed.of(logits.toFloatArray(), rows.width(), model.config().vocabulary()));
        }
    }

    /** Logs are tied to their base model by its digest: another way of taking it would orphan them. */
    @Test
    void shouldHaveTheDigestThatLogsAreTiedToWhenItIsLoaded() {
        assertThat(model.digest()).isEqualTo("b0e0e8363e4541250ba0562e9ba32d34b7b83e2a06bc70eb31aa9d11fd45e528");
    }
}
