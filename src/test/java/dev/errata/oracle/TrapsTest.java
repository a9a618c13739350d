package dev.errata.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.errata.memit.Contexts;
import dev.errata.memit.EditRecomputation;
import dev.errata.memit.EditRecomputation.Rows;
import dev.errata.memit.EditRecomputation.Tensor;
import dev.errata.memit.EditRequest;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.LmTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What silently changes results when it is done wrong (method.md §18, 15 to 17), by name, on every layout and with a BOS. */
@ParameterizedClass
@MethodSource("recordings")
class TrapsTest {
    private static CausalLm model;
    private static LmTokenizer tokenizer;

    @Parameter
    private OracleDirectory oracle;

    static Stream<OracleDirectory> recordings() {
        return OracleDirectory.configured();
    }

    @BeforeParameterizedClassInvocation
    static void load(OracleDirectory oracle, @TempDir Path scratch) {
        model = CausalLm.load(oracle.model(scratch), "cpu");
        tokenizer = model.tokenizer();
    }

    @AfterParameterizedClassInvocation
    static void close() {
        model.close();
    }

    /** The reference counts it with the text before the subject and with the subject, and again in the object. */
    @Test
    void shouldCountABosOnceWhenTheTokenizerPrependsIt() {
        int bos = tokenizer.prependsBos() ? 1 : 0;
        assertThat(bos).isEqualTo(oracle.toString().endsWith("-bos") ? 1 : 0);
        for (EditRequest request : requests()) {
            Rows rows = rows(request);
            for (int row = 0; row < rows.ids().size(); row++) {
                long[] ids = rows.ids().get(row);
                assertThat(LongStream.of(ids).filter(id -> id == tokenizer.bosId().orElse(-1)).count()).isEqualTo(bos);
                String upTo = tokenizer.decode(Arrays.copyOfRange(ids, bos, rows.subjects()[row] + 1));
                assertThat(upTo).endsWith(request.subject());
                assertThat(rows.subjects()[row] + 1).isEqualTo(bos + tokenizer.continuation(upTo).length);
            }
            assertThat(rows.object()).doesNotContain(tokenizer.bosId().orElse(-1));
            assertThat(tokenizer.decode(rows.object())).isEqualTo(" " + request.object());
        }
    }

    @Test
    void shouldFindTheSameKeysWhenRowsArePaddedOnTheRightOrStandAlone() {
        List<EditRequest> requests = requests();
        for (int block = 0; block < model.config().blocks(); block++) {
            Tensor together = keys(requests, block);
            int width = (int) together.shape()[1];
            for (int i = 0; i < requests.size(); i++) {
                double[] alone = keys(List.of(requests.get(i)), block).values();
                assertThat(Arrays.copyOfRange(together.values(), i * width, (i + 1) * width)).containsExactly(alone, within(1e-4));
            }
        }
    }

    @Test
    void shouldFeedAnObjectOfSeveralTokensWithoutItsLast() {
        int several = 0;
        for (EditRequest request : requests()) {
            Rows rows = rows(request);
            String prompt = fill(request.prompt(), request.subject());
            long[] object = rows.object();
            several += object.length > 1 ? 1 : 0;
            for (int context = 0; context < Contexts.COUNT; context++) {
                long[] asked = tokenizer.encode(fill(contexts().templates().get(context), prompt)).ids();
                long[] fed = LongStream.concat(Arrays.stream(asked), Arrays.stream(object, 0, object.length - 1)).toArray();
                assertThat(rows.ids().get(context)).isEqualTo(fed);
            }
            assertThat(tokenizer.decode(rows.ids().get(Contexts.COUNT))).as("nothing is fed to it").endsWith(request.subject() + " is a");
        }
        assertThat(several).isPositive();
    }

    @Test
    void shouldMoveTheSubjectAndItsKeyWhenTextStandsBeforeIt() {
        EditRequest first = new EditRequest("{} is a city in", "Rome", "Spain");
        EditRequest behind = new EditRequest("The mayor of {} is", "Rome", "Anna");
        assertThat(rows(behind).subjects()[0]).isEqualTo(rows(first).subjects()[0] + tokenizer.continuation("The mayor of").length);

        double[] keys = keys(List.of(first, behind), 1).values();
        int width = keys.length / 2;
        double[] moved = Arrays.copyOfRange(keys, width, keys.length);
        assertThat(Distance.between(Arrays.copyOf(keys, width), moved).relativeFrobenius()).isGreaterThan(0.05);
    }

    private List<EditRequest> requests() {
        List<EditRequest> requests = new ArrayList<>();
        oracle.json("memit/memit.json").get("batch1").forEach(request -> requests.add(new EditRequest(
                request.get("prompt").textValue(), request.get("subject").textValue(), request.get("target_new").get("str").textValue())));
        return requests;
    }

    private Contexts contexts() {
        return Contexts.parse(oracle.json("memit/memit.json").get("context_templates").toString());
    }

    private Rows rows(EditRequest request) {
        return EditRecomputation.rows(model, contexts(), request);
    }

    private Tensor keys(List<EditRequest> requests, int block) {
        return EditRecomputation.keys(model, contexts(), requests, block);
    }

    private static String fill(String template, String text) {
        return template.replace("{}", text);
    }
}
