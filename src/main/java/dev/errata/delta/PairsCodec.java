package dev.errata.delta;

import static dev.errata.delta.Canonical.invalid;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Dtype;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The solver's pairs as bytes, and back: a safetensors file with {@code block.<l>.keys} F64 (n, d_k) and {@code block.<l>.values} F64
 * (n, d) for every edited block l. Metadata: {@code errata=pairs.v1} and {@code facts}, JSON in which each pair is a list of
 * {@code [subject, relation]}.
 *
 * <p>Laws as in {@link DeltaCodec}.
 *
 * <h2>Limits</h2> 2³¹ − 9 bytes: about 2,100 pairs for six blocks of GPT-J (d_k + d = 20,480).
 *
 * <h2>Thread safety</h2> Stateless.
 */
public final class PairsCodec {
    private static final String KIND = "pairs.v1";
    private static final String FACTS = "facts";
    private static final String KEYS = ".keys";
    private static final String VALUES = ".values";
    private static final Pattern KEYS_NAME = Pattern.compile("block\\.(\\d{1,9})\\.keys");

    private PairsCodec() {}

    /** @throws ErrataException {@link Failure#DELTA_INVALID} when the payload would be too long or a fact key is no valid Unicode */
    public static byte[] encode(Pairs pairs) {
        return Canonical.encode(pairs, PairsCodec::write, KIND);
    }

    /** @throws ErrataException {@link Failure#DELTA_INVALID} when the payload is not what {@link #encode} writes */
    public static Pairs decode(byte[] payload) {
        return Canonical.decode(payload, PairsCodec::read, PairsCodec::write, KIND);
    }

    private static SafetensorsWriter write(Pairs pairs) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata(Canonical.KIND, KIND);
        writer.metadata(FACTS, FactKeysJson.write(pairs.facts()));
        for (Map.Entry<Integer, Pairs.Block> e : pairs.blocks().entrySet()) {
            Pairs.Block block = e.getValue();
            writer.doubles(block(e.getKey()) + KEYS, new long[] {pairs.size(), block.keyWidth()}, block.keys());
            writer.doubles(block(e.getKey()) + VALUES, new long[] {pairs.size(), block.width()}, block.values());
        }
        return writer;
    }

    private static Pairs read(Safetensors file) {
        Canonical.requireKind(file.metadata(), KIND);
        String facts = file.metadata().get(FACTS);
        if (facts == null) {
            throw invalid(KIND, "metadata " + FACTS + ": missing (expected: JSON)", null);
        }
        SortedMap<Integer, Pairs.Block> blocks = new TreeMap<>();
        for (String name : file.names()) {
            Matcher matcher = KEYS_NAME.matcher(name);
            if (matcher.matches()) {
                int number = Integer.parseInt(matcher.group(1));
                blocks.put(number, block(file, block(number)));
            }
        }
        return new Pairs(FactKeysJson.read(facts), blocks);
    }

    private static Pairs.Block block(Safetensors file, String block) {
        int keyWidth = width(file, block + KEYS);
        int width = width(file, block + VALUES);
        return new Pairs.Block(keyWidth, width, file.doubles(block + KEYS), file.doubles(block + VALUES));
    }

    private static int width(Safetensors file, String name) {
        long[] shape = file.shape(name);
        if (file.dtype(name) != Dtype.F64 || shape.length != 2 || shape[1] > Integer.MAX_VALUE) {
            throw invalid(name, file.dtype(name) + " with " + shape.length + " dimensions (expected: an F64 matrix)", null);
        }
        return (int) shape[1];
    }

    private static String block(int number) {
        return "block." + number;
    }
}
