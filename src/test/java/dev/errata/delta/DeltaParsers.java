package dev.errata.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.fact.FactKey;
import dev.errata.fuzz.Parser;
import dev.errata.fuzz.Shape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The payloads of the log: what is decoded is encoded to the same bytes, and chunks make up what was cut or nothing. */
public final class DeltaParsers {
    private static final int CHUNK = 96;

    private DeltaParsers() {}

    public static List<Parser> all() {
        List<byte[]> deltas = IntStream.of(1, 2, 3, 5, 8).mapToObj(seed -> DeltaCodec.encode(new Samples(seed).delta())).toList();
        List<byte[]> pairs = List.of(PairsCodec.encode(pairs()));
        byte[] payload = deltas.get(0);
        return List.of(
                Parser.of("DeltaCodec.decode", deltas, Shape.SAFETENSORS, bytes ->
                        assertThat(DeltaCodec.encode(DeltaCodec.decode(bytes))).isEqualTo(bytes)),
                Parser.of("PairsCodec.decode", pairs, Shape.SAFETENSORS, bytes ->
                        assertThat(PairsCodec.encode(PairsCodec.decode(bytes))).isEqualTo(bytes)),
                Parser.of("FactKeysJson.read", List.of(text(FactKeysJson.write(pairs().facts())), text("[]")), Shape.JSON, bytes ->
                        FactKeysJson.read(new String(bytes, StandardCharsets.UTF_8))),
                Parser.of("VersionRef.parse", List.of(text("42"), text("head"), text("2026-05-01T12:00Z")), Shape.BYTES, bytes ->
                        VersionRef.parse(new String(bytes, StandardCharsets.UTF_8))),
                Parser.of("Chunks.join", List.of(payload), Shape.BYTES, bytes -> {
                    PayloadRef ref = Chunks.ref(payload, Chunks.split(payload, CHUNK));
                    byte[] joined = Chunks.join(ref, bytes.length == 0 ? List.of() : Chunks.split(bytes, CHUNK));
                    assertThat(joined).isEqualTo(payload);
                    assertThat(Arrays.equals(bytes, payload)).isTrue();
                }));
    }

    private static Pairs pairs() {
        List<List<FactKey>> facts = List.of(
                List.of(FactKey.of("Pelé", "P27"), FactKey.of("Pelé", "P106")), List.of(FactKey.of("a\"\\\n", "\u0001")));
        TreeMap<Integer, Pairs.Block> blocks = new TreeMap<>();
        blocks.put(3, new Pairs.Block(2, 1, new double[] {1, 2, 3, -0.0}, new double[] {5, 6}));
        blocks.put(12, new Pairs.Block(1, 2, new double[] {1, Double.MIN_VALUE}, new double[] {5, 6, 7, 8}));
        return new Pairs(facts, blocks);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
