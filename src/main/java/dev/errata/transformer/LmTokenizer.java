package dev.errata.transformer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The tokenizer of a model directory: text to ids with spans in Java chars, and back.
 *
 * <p>It exists because the library below speaks of code points, truncates and pads unless told not to, and does not know which token
 * ends a text; an editor must know where a subject ends to the token.
 *
 * <h2>Thread safety</h2> Safe until closed.
 */
public final class LmTokenizer implements AutoCloseable {
    private static final Map<String, String> PLAIN = Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final byte[] json;
    private final int vocabulary;
    private final long eosId;
    private final OptionalLong bosId;
    private final boolean prependsSpace;

    private LmTokenizer(HuggingFaceTokenizer tokenizer, byte[] json, TokenizerFile file, long eosId, OptionalLong bosId) {
        this.tokenizer = tokenizer;
        this.json = json;
        this.vocabulary = file.vocabulary();
        this.prependsSpace = file.prependsSpace();
        this.eosId = eosId;
        this.bosId = bosId;
    }

    /**
     * Reads tokenizer.json, and the end of text from config.json or, failing that, from tokenizer_config.json.
     *
     * @throws ErrataException {@link Failure#TOKENIZER_INVALID}
     */
    public static LmTokenizer load(Path directory) {
        Path file = directory.resolve("tokenizer.json");
        byte[] json;
        try {
            json = Files.readAllBytes(file);
        } catch (IOException e) {
            throw invalid(file, "cannot be read: " + e, "a Hugging Face tokenizer", e);
        }
        TokenizerFile parsed = TokenizerFile.parse(json, file);
        HuggingFaceTokenizer tokenizer = open(json, file);
        try {
            long[] nothing = tokenizer.encode("", true, false).getIds();
            if (nothing.length > 1) {
                throw invalid(file, "puts " + nothing.length + " tokens into an empty text", "none, or one BOS", null);
            }
            OptionalLong bos = nothing.length == 0 ? OptionalLong.empty() : OptionalLong.of(nothing[0]);
            return new LmTokenizer(tokenizer, json, parsed, parsed.eosId(directory), bos);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    private static HuggingFaceTokenizer open(byte[] json, Path file) {
        try {
            return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), PLAIN);
        } catch (IOException | RuntimeException e) {
            throw invalid(file, "is refused: " + e.getMessage(), "a Hugging Face tokenizer", e);
        }
    }

    private static ErrataException invalid(Path file, String what, String expected, Exception cause) {
        return new ErrataException(Failure.TOKENIZER_INVALID, file + ": " + what + " (expected: " + expected + ")", cause);
    }

    /** A text as the model reads it, with a BOS in front if the tokenizer prepends one. */
    public Encoding encode(String text) {
        return encode(text, true);
    }

    /**
     * Ids of a text that follows another one: never a BOS, and no space but the text's own. (A tokenizer that puts a space in front of
     * every text, such as Llama 2's, puts one in front of this as well; a leading space is taken to be that one.)
     */
    public long[] continuation(String text) {
        return encode(prependsSpace && text.startsWith(" ") ? text.substring(1) : text, false).ids();
    }

    private Encoding encode(String text, boolean specials) {
        ai.djl.huggingface.tokenizers.Encoding encoding = tokenizer.encode(wellFormed(text), specials, false);
        long[] ids = encoding.getIds();
        CharSpan[] spans = encoding.getCharTokenSpans();
        int[] chars = charOfCodePoint(text);
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            if (spans[i] != null) {
                starts[i] = chars[spans[i].getStart()];
                ends[i] = chars[spans[i].getEnd()];
            }
        }
        return new Encoding(ids, starts, ends);
    }

    /**
     * Half a surrogate pair is no character and cannot be written in UTF-8; the library would make three characters of it and its spans
     * would slip. It becomes U+FFFD, one char for one char.
     */
    private static String wellFormed(String text) {
        StringBuilder repaired = null;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogatePair(text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
                i++;
            } else if (Character.isSurrogate(text.charAt(i))) {
                repaired = repaired == null ? new StringBuilder(text) : repaired;
                repaired.setCharAt(i, '\uFFFD');
            }
        }
        return repaired == null ? text : repaired.toString();
    }

    /** The char at which each code point begins, and the text's length at the end. */
    private static int[] charOfCodePoint(String text) {
        int[] chars = new int[text.codePointCount(0, text.length()) + 1];
        for (int point = 1; point < chars.length; point++) {
            chars[point] = text.offsetByCodePoints(chars[point - 1], 1);
        }
        return chars;
    }

    /** The text of some tokens; special tokens appear as they are written. */
    public String decode(long... ids) {
        return tokenizer.decode(ids, false);
    }

    /** The text of tokens that follow others; alone, some tokenizers would not give back the space that they begin with. */
    public String decodeAfter(long[] before, long... ids) {
        long[] all = Arrays.copyOf(before, before.length + ids.length);
        System.arraycopy(ids, 0, all, before.length, ids.length);
        return decode(all).substring(decode(before).length());
    }

    /** What fills a row behind its end: the end of text, as the reference does. It is masked, so any id would do. */
    public long padId() {
        return eosId;
    }

    /** The token that ends a text. */
    public long eosId() {
        return eosId;
    }

    /** The token that this tokenizer puts in front of every text, if it does. */
    public OptionalLong bosId() {
        return bosId;
    }

    public boolean prependsBos() {
        return bosId.isPresent();
    }

    /** One more than the largest id there is. */
    public int vocabulary() {
        return vocabulary;
    }

    /** tokenizer.json as it was read; a copy. */
    public byte[] json() {
        return Arrays.copyOf(json, json.length);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
