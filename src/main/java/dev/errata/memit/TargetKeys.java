package dev.errata.memit;

import dev.errata.delta.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/**
 * Names targets by all that they depend on: SHA-256 over base model, contexts, the hyper-parameters that a search reads, and the facts
 * (live-set.md §1). Two searches with one key have one result, wherever and whenever they run; what is not in the key, such as λ, the
 * lower edited layers or who else is in the batch, changes no target.
 *
 * <p>The encoding is canonical. Every text is its length in UTF-8 bytes (int32, big-endian) and those bytes, every number a float64 or
 * int32, big-endian, in this order: the text {@value #SCHEME}; the base model's digest; how many contexts and each of them; L, the scored
 * block, steps, learning rate, weight decay, clamp and KL factor; how many facts, and prompt, subject and object of each in the order of
 * these texts. Whoever changes what a search gives for the same of these gives the scheme another name.
 *
 * <h2>Thread safety</h2> Immutable.
 */
public final class TargetKeys {
    static final String SCHEME = "errata target 2";
    static final Comparator<EditRequest> ORDER =
            Comparator.comparing(EditRequest::prompt).thenComparing(EditRequest::subject).thenComparing(EditRequest::object);

    private final byte[] shared;

    /** @param base SHA-256 of the base model */
    public TargetKeys(String base, HyperParameters parameters, Contexts contexts) {
        Encoding encoding = new Encoding().text(SCHEME).text(base).number(contexts.templates().size());
        contexts.templates().forEach(encoding::text);
        this.shared = encoding.number(parameters.lastLayer())
                .number(parameters.scoredLayer())
                .number(parameters.steps())
                .number(parameters.learningRate())
                .number(parameters.weightDecay())
                .number(parameters.clampNormFactor())
                .number(parameters.klFactor())
                .bytes();
    }

    /** The key of one fact's target. */
    public TargetKey of(EditRequest fact) {
        return of(List.of(fact));
    }

    /** The key of the one target that several facts share, in whatever order they are given. */
    public TargetKey of(List<EditRequest> facts) {
        if (facts.isEmpty()) {
            throw new IllegalArgumentException("facts: none (expected: at least one)");
        }
        Encoding encoding = new Encoding().raw(shared).number(facts.size());
        facts.stream().sorted(ORDER).forEach(fact -> encoding.text(fact.prompt()).text(fact.subject()).text(fact.object()));
        return new TargetKey(Digest.sha256(encoding.bytes()));
    }

    private static final class Encoding {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Encoding text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            return number(utf8.length).raw(utf8);
        }

        Encoding number(int value) {
            return raw(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
        }

        Encoding number(double value) {
            return raw(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
        }

        Encoding raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
