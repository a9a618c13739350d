package dev.errata.transformer;

import static dev.errata.transformer.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LmTokenizerTest {
    /** Puts id 1 in front of every text, as Llama's tokenizers do. */
    private static final String BOS =
            """
            {"type":"TemplateProcessing",
             "single":[{"SpecialToken":{"id":"<|begin_of_text|>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
             "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],
             "special_tokens":{"<|begin_of_text|>":{"id":"<|begin_of_text|>","ids":[1],"tokens":["<|begin_of_text|>"]}}}""";

    @Test
    void shouldReplaceHalfASurrogatePairWhenATextHoldsOne() {
        try (LmTokenizer own = LmTokenizer.load(ModelDirectory.original())) {
            Encoding encoding = own.encode("a\ud83db\udc00");
            assertThat(own.decode(encoding.ids())).isEqualTo("a\uFFFDb\uFFFD");
            assertThat(encoding.end(encoding.size() - 1)).isEqualTo(4);
        }
    }

    @Test
    void shouldNotCutWhenATextIsLong() {
        try (LmTokenizer own = LmTokenizer.load(ModelDirectory.original())) {
            assertThat(own.encode("x ".repeat(5_000)).size()).isGreaterThanOrEqualTo(5_000);
        }
    }

    @Test
    void shouldCountBosOnceWhenTheTokenizerPrependsIt(@TempDir Path path) throws IOException {
        ModelDirectory directory = ModelDirectory.copyTo(path);
        directory.tokenizer.set("post_processor", new ObjectMapper().readTree(BOS));
        try (LmTokenizer own = LmTokenizer.load(directory.write())) {
            assertThat(own.prependsBos()).isTrue();
            assertThat(own.bosId()).hasValue(1);
            Encoding encoding = own.encode("Rome is");
            assertThat(encoding.id(0)).isEqualTo(1);
            assertThat(encoding.end(0)).isZero();
            assertThat(own.continuation("Rome is")).isEqualTo(Arrays.copyOfRange(encoding.ids(), 1, encoding.size()));
            assertThat(SubjectPosition.last(encoding, 0, 4)).isEqualTo(encoding.size() - 2);
        }
    }

    /** As Llama 2's does: every text begins with a space, and a decoder takes it away again. */
    @Test
    void shouldNotDoubleTheSpaceWhenTheTokenizerPutsOneInFront(@TempDir Path path) throws IOException {
        ModelDirectory directory = ModelDirectory.copyTo(path);
        directory.tokenizer.setAll((ObjectNode) new ObjectMapper().readTree(
                """
                {"added_tokens":[],
                 "normalizer":{"type":"Sequence","normalizers":[
                   {"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]},
                 "pre_tokenizer":null,
                 "post_processor":null,
                 "decoder":{"type":"Sequence","decoders":[
                   {"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"Fuse"},
                   {"type":"Strip","content":" ","start":1,"stop":0}]},
                 "model":{"type":"BPE","vocab":{"▁":0,"a":1,"b":2,"▁a":3,"▁b":4},"merges":["▁ a","▁ b"]}}"""));
        try (LmTokenizer own = LmTokenizer.load(directory.write())) {
            long[] prompt = own.encode("ab b").ids();
            assertThat(prompt).containsExactly(3, 2, 4);
            assertThat(own.continuation(" ab")).containsExactly(3, 2);
            assertThat(own.encode("ab b ab").ids()).containsExactly(3, 2, 4, 3, 2);
            assertThat(own.decode(3, 2)).isEqualTo("ab");
            assertThat(own.decodeAfter(prompt, 3, 2)).isEqualTo(" ab");
            assertThat(SubjectPosition.last(own.encode("ab b ab"), 3, 4)).isEqualTo(2);
        }
    }

    @Test
    void shouldRefuseTokenizerWhenItPutsSeveralTokensIntoAnEmptyText(@TempDir Path path) throws IOException {
        ModelDirectory directory = ModelDirectory.copyTo(path);
        ObjectNode both = (ObjectNode) new ObjectMapper().readTree(BOS);
        both.withArray("single").add(both.get("single").get(0));
        directory.tokenizer.set("post_processor", both);
        directory.write();
        assertFails(Failure.TOKENIZER_INVALID, () -> LmTokenizer.load(path), "2 tokens");
    }

    @Test
    void shouldFindTheEndOfTextByNameWhenConfigDoesNotSay(@TempDir Path path) throws IOException {
        ModelDirectory directory = ModelDirectory.copyTo(path);
        directory.config.remove("eos_token_id");
        directory.write();
        directory.writeBytes("tokenizer_config.json",
                "{\"eos_token\":{\"content\":\"<|begin_of_text|>\"}}".getBytes(StandardCharsets.UTF_8));
        try (LmTokenizer own = LmTokenizer.load(path)) {
            assertThat(own.eosId()).isEqualTo(1);
        }
        directory.writeBytes("tokenizer_config.json", "{\"eos_token\":\"</s>\"}".getBytes(StandardCharsets.UTF_8));
        assertFails(Failure.TOKENIZER_INVALID, () -> LmTokenizer.load(path), "eos_token", "</s>");
    }

    @Test
    void shouldTakeTheFirstEndOfTextWhenConfigHasSeveral(@TempDir Path path) {
        ModelDirectory directory = ModelDirectory.copyTo(path);
        directory.config.putArray("eos_token_id").add(5).add(6);
        try (LmTokenizer own = LmTokenizer.load(directory.write())) {
            assertThat(own.eosId()).isEqualTo(5);
            assertThat(own.padId()).isEqualTo(5);
        }
    }

    @Test
    void shouldKeepItsFileWhenItIsAskedForIt() throws IOException {
        try (LmTokenizer own = LmTokenizer.load(ModelDirectory.original())) {
            assertThat(own.json()).isEqualTo(Files.readAllBytes(ModelDirectory.original().resolve("tokenizer.json")));
            assertThat(own.vocabulary()).isEqualTo(512);
        }
    }
}
