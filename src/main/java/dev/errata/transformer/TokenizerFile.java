package dev.errata.transformer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What tokenizer.json says that the tokenizer library does not tell: how far ids go, which are added, whether it adds a space. */
record TokenizerFile(JsonFile json) {

    static TokenizerFile parse(byte[] bytes, Path file) {
        JsonFile json = JsonFile.parse(bytes, file, Failure.TOKENIZER_INVALID);
        json.root().properties().forEach(field -> requireReadable(json, field.getKey(), field.getValue()));
        return new TokenizerFile(json);
    }

    /**
     * Refuses what Java reads and the library below does not: within some objects it ends the process over it. (How deep objects may lie
     * within each other, {@link JsonFile} limits.)
     */
    private static void requireReadable(JsonFile json, String within, JsonNode node) {
        if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
            throw json.invalid(within, "numbers below 1e308");
        }
        if (node.isTextual() && !StandardCharsets.UTF_8.newEncoder().canEncode(node.textValue())) {
            throw json.invalid(within, "text without half a surrogate pair");
        }
        node.forEach(value -> requireReadable(json, within, value));
    }

    /** One more than the largest id. Vocabularies are maps from token to id (BPE, WordPiece) or lists (Unigram). */
    int vocabulary() {
        JsonNode vocab = json.get("model").path("vocab");
        Stream<JsonNode> ids = vocab.isObject() ? elements(vocab) : Stream.empty();
        Stream<JsonNode> added = elements(json.get("added_tokens")).map(token -> token.path("id"));
        int largest = Stream.concat(ids, added).mapToInt(id -> id.asInt(-1)).max().orElse(-1);
        int vocabulary = Math.max(largest + 1, vocab.isArray() ? vocab.size() : 0);
        if (vocabulary < 1) {
            throw json.invalid("model", "a vocabulary");
        }
        return vocabulary;
    }

    /**
     * The end of text: {@code eos_token_id} of config.json, the first if there are several, else {@code eos_token} of
     * tokenizer_config.json.
     */
    long eosId(Path directory) {
        Path config = directory.resolve("config.json");
        if (Files.exists(config)) {
            JsonNode id = JsonFile.read(config, Failure.MODEL_CONFIG_INVALID).get("eos_token_id");
            JsonNode first = id.isArray() ? id.path(0) : id;
            if (first.isInt() && first.intValue() >= 0) {
                return first.longValue();
            }
        }
        Path names = directory.resolve("tokenizer_config.json");
        if (!Files.exists(names)) {
            throw new ErrataException(
                    Failure.TOKENIZER_INVALID,
                    directory + ": no end of text (expected: eos_token_id in config.json or eos_token in tokenizer_config.json)");
        }
        JsonFile named = JsonFile.read(names, Failure.TOKENIZER_INVALID);
        JsonNode token = named.get("eos_token");
        String text = token.isObject() ? token.path("content").asText() : token.asText();
        return elements(json.get("added_tokens"))
                .filter(added -> added.path("content").asText().equals(text))
                .mapToLong(added -> added.path("id").asLong())
                .findFirst()
                .orElseThrow(() -> named.invalid("eos_token", "one of the added tokens of tokenizer.json"));
    }

    /** Whether a space is put in front of every text, even one that begins with one. */
    boolean prependsSpace() {
        JsonNode normalizer = json.get("normalizer");
        return Stream.concat(Stream.of(normalizer), elements(normalizer.path("normalizers")))
                .anyMatch(each -> each.path("type").asText().equals("Prepend"));
    }

    private static Stream<JsonNode> elements(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }
}
