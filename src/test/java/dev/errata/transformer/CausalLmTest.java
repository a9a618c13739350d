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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CausalLmTest {
    private static CausalLm model;

    @BeforeAll
    static void load() {
        model = CausalLm.load(ModelDirectory.original(), Device.cpu());
    }

    @AfterAll
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
    void shouldKnowItsSizesWhenItIsLoaded() {
        assertThat(model.config())
                .isEqualTo(new ModelConfig("GPTJForCausalLM", "gptj", 4, 32, 128, 512, 256, 4, 4, 8, 4, 1e-5f, Activation.GELU_NEW, false));
        assertThat(model.tensorName(3)).isEqualTo("transformer.h.3.mlp.fc_out.weight");
        assertThat(model.transposed()).isFalse();
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
        // GPT-J's attention does not read what the MLP writes, so an edit of block l changes its output by exactly ΔW·k.
        TokenRows rows = rows("Rome");
        float[] edited = model.tensor(2);
        int out = 7;
        int in = 11;
        edited[out * model.config().keyWidth() + in] += 0.5f;
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
        assertFails(Failure.TENSOR_SHAPE_MISMATCH, () -> Overlay.of(model, Map.of(1, new float[7])), "block 1", "7", "4096");
        assertFails(Failure.TENSOR_SHAPE_MISMATCH, () -> Overlay.of(model, Map.of(4, new float[4096])), "block 4");
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
            float difference = together.get(":, 2:").sub(split).abs().max().getFloat();
            assertThat(difference).isLessThan(1e-4f);
            assertThat(together.abs().max().getFloat()).isGreaterThan(1f);
        }
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
