package dev.errata.transformer;

import static dev.errata.transformer.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"gptj", "gpt_neox", "gpt2", "llama"})
class CausalLmTest {
    private static CausalLm model;

    @Parameter
    private String name;

    @BeforeParameterizedClassInvocation
    static void load(String name) {
        model = CausalLm.load(ModelDirectory.original(name), Device.cpu());
    }

    @AfterParameterizedClassInvocation
    static void close() {
        model.close();
    }

    private static TokenRows rows(String... texts) {
        List<long[]> rows = new ArrayList<>();
        for (String text : texts) {
            rows.add(model.tokenizer().encode(text).ids());
        }
        return TokenRows.of(rows, model.tokenizer().padId());
    }

    private static float[] logits(TokenRows rows, Overlay overlay) {
        try (NDManager m = model.manager().newSubManager()) {
            return model.logits(rows, overlay, m).toFloatArray();
        }
    }

    @Test
    void shouldKnowItsSizesAndItsEditedTensorsWhenItIsLoaded() {
        Map<String, ModelConfig> configs = Map.of(
                "gptj", new ModelConfig("GPTJForCausalLM", "gptj", 4, 32, 128, 512, 256, 4, 4, 8, 4, 1e-5f, Activation.GELU_NEW, false),
                "gpt_neox", new ModelConfig(
                        "GPTNeoXForCausalLM", "gpt_neox", 4, 32, 128, 512, 256, 4, 4, 8, 2, 1e-5f, Activation.GELU_FAST, false),
                "gpt2", new ModelConfig("GPT2LMHeadModel", "gpt2", 4, 32, 128, 512, 256, 4, 4, 8, 0, 1e-5f, Activation.GELU_NEW, true),
                "llama", new ModelConfig("LlamaForCausalLM", "llama", 4, 32, 88, 512, 256, 4, 2, 8, 8, 1e-6f, Activation.SILU, false));
        Map<String, String> edited = Map.of(
                "gptj", "transformer.h.3.mlp.fc_out.weight",
                "gpt_neox", "gpt_neox.layers.3.mlp.dense_4h_to_h.weight",
                "gpt2", "transformer.h.3.mlp.c_proj.weight",
                "llama", "model.layers.3.mlp.down_proj.weight");
        assertThat(model.config()).isEqualTo(configs.get(name)).isEqualTo(ModelConfig.read(ModelDirectory.original(name)));
        assertThat(model.tensorName(3)).isEqualTo(edited.get(name));
        assertThat(model.transposed()).isEqualTo(name.equals("gpt2"));
    }

    @Test
    void shouldGiveAnEditedTensorAsItIsStoredWhenItIsAskedForIt() {
        Safetensors file = Safetensors.read(ModelDirectory.original(name).resolve("model.safetensors"));
        assertThat(model.tensor(1)).isEqualTo(file.floats(model.tensorName(1)));
    }

    @Test
    void shouldGiveTheSameLogitsWhenItIsLeftAndEnteredAtAnyBlock() {
        TokenRows rows = rows("Angola is located in", "Paris");
        float[] whole = logits(rows, Overlay.NONE);
        for (int cut = 0; cut <= model.config().blocks(); cut++) {
            try (NDManager m = model.manager().newSubManager()) {
                Attention attention = model.attention(rows, m);
                NDArray lower = model.blocks(0, cut, model.embed(rows, m), attention, Overlay.NONE, Tap.NONE);
                NDArray upper = model.blocks(cut, model.config().blocks(), lower, attention, Overlay.NONE, Tap.NONE);
                assertThat(model.head(upper).toFloatArray()).isEqualTo(whole);
            }
        }
    }

    @Test
    void shouldAnswerFromTheOverlayWhenOneIsGiven() {
        TokenRows rows = rows("Angola is located in");
        float[] base = model.tensor(1);
        try (Overlay same = Overlay.of(model, Map.of(1, base))) {
            assertThat(logits(rows, same)).isEqualTo(logits(rows, Overlay.NONE));
        }
        float[] edited = base.clone();
        edited[5] += 1;
        try (Overlay other = Overlay.of(model, Map.of(1, edited))) {
            assertThat(other.blocks()).containsExactly(1);
            assertThat(logits(rows, other)).isNotEqualTo(logits(rows, Overlay.NONE));
        }
        assertThat(model.tensor(1)).isEqualTo(base);
    }

    @Test
    void shouldAddTheEditTimesTheKeyWhenOneBlockIsEdited() {
        // The MLP is the last to read what its block computed, so an edit of block l changes its output by exactly ΔW·k.
        TokenRows rows = rows("Rome");
        float[] edited = model.tensor(2);
        int out = 7;
        int in = 11;
        edited[model.transposed() ? in * model.config().width() + out : out * model.config().keyWidth() + in] += 0.5f;
        try (NDManager m = model.manager().newSubManager();
                Overlay overlay = Overlay.of(model, Map.of(2, edited))) {
            Attention attention = model.attention(rows, m);
            NDArray hidden = model.blocks(0, 2, model.embed(rows, m), attention, Overlay.NONE, Tap.NONE);
            NDArray[] key = new NDArray[1];
            NDArray before = model.block(2, hidden, attention, Overlay.NONE, (block, k) -> key[0] = k);
            NDArray after = model.block(2, hidden, attention, overlay, Tap.NONE);
            float[] change = after.sub(before).toFloatArray();
            float[] keys = key[0].toFloatArray();
            for (int position = 0; position < rows.width(); position++) {
                for (int i = 0; i < model.config().width(); i++) {
                    double expected = i == out ? 0.5 * keys[position * model.config().keyWidth() + in] : 0;
                    assertThat((double) change[position * model.config().width() + i]).isCloseTo(expected, within(1e-5));
                }
            }
        }
    }

    @Test
    void shouldNameTheBlockWhenAnEditedTensorDoesNotFit() {
        assertFails(Failure.TENSOR_SHAPE_MISMATCH, () -> Overlay.of(model, Map.of(1, new float[7])), "block 1", "7");
        assertFails(Failure.TENSOR_SHAPE_MISMATCH, () -> Overlay.of(model, Map.of(4, model.tensor(1))), "block 4");
        assertThat(Overlay.of(model, Map.of())).isSameAs(Overlay.NONE);
    }

    @Test
    void shouldHearOnlyTheBlocksThatATapAsksFor() {
        TokenRows rows = rows("Rome is");
        Set<Integer> heard = new TreeSet<>();
        try (NDManager m = model.manager().newSubManager()) {
            Tap tap = Tap.only(Set.of(1, 3), (block, key) -> heard.add(block));
            model.blocks(0, 4, model.embed(rows, m), model.attention(rows, m), Overlay.NONE, tap);
        }
        assertThat(heard).containsExactly(1, 3);
    }

    @Test
    void shouldLeaveNothingButItsResultWhenAForwardPassEnds() {
        TokenRows rows = rows("Rome is", "Paris");
        try (NDManager m = model.manager().newSubManager()) {
            Attention attention = model.attention(rows, m);
            NDArray hidden = model.embed(rows, m);
            int before = m.getManagedArrays().size();
            NDArray last = model.blocks(0, 4, hidden, attention, Overlay.NONE, Tap.only(Set.of(2), (block, key) -> {}));
            NDArray logits = model.head(last);
            NDArray whole = model.logits(rows, Overlay.NONE, m);
            // the key that was asked for, the last hidden state, twice logits
            assertThat(m.getManagedArrays()).hasSize(before + 4).contains(last, logits, whole);
        }
    }

    @Test
    void shouldGiveTheSameStatesWhenAPrefixIsRemembered() {
        TokenRows whole = TokenRows.of(List.of(new long[] {34, 369, 315, 66, 268, 49}, new long[] {287, 343, 319, 416, 261, 262}), 0);
        TokenRows prefix = TokenRows.of(List.of(new long[] {34, 369}, new long[] {287, 343}), 0);
        TokenRows suffix = TokenRows.of(List.of(new long[] {315, 66, 268, 49}, new long[] {319, 416, 261, 262}), 0);
        try (NDManager m = model.manager().newSubManager()) {
            Map<Integer, Past> past = new HashMap<>();
            model.blocks(0, 4, model.embed(prefix, m), model.attention(prefix, m), Overlay.NONE, Tap.pasts(past::put));
            float[] mask = new float[4 * 6];
            for (int from = 0; from < 4; from++) {
                Arrays.fill(mask, from * 6 + 3 + from, from * 6 + 6, Attention.CLOSED);
            }
            NDArray positions = m.create(new long[] {2, 3, 4, 5}, new Shape(1, 4));
            Attention attention = model.attention(positions, m.create(mask, new Shape(1, 1, 4, 6)), past);
            NDArray split = model.blocks(0, 4, model.embed(suffix.ids(m), positions), attention, Overlay.NONE, Tap.NONE);
            NDArray together = model.blocks(0, 4, model.embed(whole, m), model.attention(whole, m), Overlay.NONE, Tap.NONE);
            assertClose(split, together.get(":, 2:"));
        }
    }

    @Test
    void shouldGiveTheSameStatesWhenRowsRunTogetherOrAlone() {
        String[] texts = {"The mother tongue of Danielle Darrieux is", "Angola is located in", "x"};
        TokenRows together = rows(texts);
        try (NDManager m = model.manager().newSubManager()) {
            NDArray states = states(together, m);
            for (int row = 0; row < texts.length; row++) {
                NDArray alone = states(rows(texts[row]), m);
                assertClose(states.get("{}:{}, :{}", row, row + 1, together.length(row)), alone);
            }
        }
    }

    @Test
    void shouldGiveTheSameStatesWhenARowIsPaddedWithAnything() {
        long[] row = model.tokenizer().encode("Angola is located in").ids();
        long[] longer = Arrays.copyOf(row, row.length + 7);
        try (NDManager m = model.manager().newSubManager()) {
            NDArray plain = states(TokenRows.of(row), m);
            for (long pad : new long[] {model.tokenizer().padId(), 17, 511}) {
                NDArray padded = states(TokenRows.of(List.of(row, longer), pad), m);
                assertClose(padded.get(":1, :{}", row.length), plain);
            }
        }
    }

    private static NDArray states(TokenRows rows, NDManager m) {
        return model.blocks(0, model.config().blocks(), model.embed(rows, m), model.attention(rows, m), Overlay.NONE, Tap.NONE);
    }

    private static void assertClose(NDArray some, NDArray others) {
        assertThat(some.getShape()).isEqualTo(others.getShape());
        assertThat(some.sub(others).abs().max().getFloat()).isLessThan(1e-4f);
        assertThat(some.abs().max().getFloat()).isGreaterThan(1f);
    }

    @Test
    void shouldRefuseRowsWhenTheyDoNotFit() {
        try (NDManager m = model.manager().newSubManager()) {
            assertFails(Failure.FACT_TOO_MANY_TOKENS, () -> model.embed(TokenRows.of(new long[257]), m), "257", "256");
            assertThatThrownBy(() -> model.embed(TokenRows.of(1, 512), m)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("512");
            assertThatThrownBy(() -> model.embed(TokenRows.of(1, -1), m)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("-1");
            assertThat(model.embed(TokenRows.of(new long[256]), m).getShape().getShape()).containsExactly(1, 256, 32);
        }
        assertThatThrownBy(() -> model.tensorName(4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> model.tensor(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldGiveTheSameLogitsWhenThreadsAskAtTheSameTime() throws Exception {
        TokenRows rows = rows("The mother tongue of Danielle Darrieux is", "Angola is located in", "x");
        float[] alone = logits(rows, Overlay.NONE);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<float[]> ask = () -> logits(rows, Overlay.NONE);
            for (Future<float[]> answer : threads.invokeAll(Collections.nCopies(40, ask))) {
                assertThat(answer.get()).isEqualTo(alone);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
