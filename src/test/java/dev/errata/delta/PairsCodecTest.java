package dev.errata.delta;

import static dev.errata.delta.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PairsCodecTest {
    private static final FactKey KEY = new FactKey("Eiffel Tower", "P131");

    private static Pairs pairs(List<List<FactKey>> facts, int block, double... keys) {
        return new Pairs(facts, new TreeMap<>(Map.of(block, new Pairs.Block(2, 1, keys, new double[facts.size()]))));
    }

    private static void refused(String facts, String block) {
        byte[] payload = new SafetensorsWriter()
                .metadata("errata", "pairs.v1")
                .metadata("facts", facts)
                .doubles(block + ".keys", new long[] {1, 2}, new double[2])
                .doubles(block + ".values", new long[] {1, 1}, new double[1])
                .toBytes();
        assertRefused(Failure.DELTA_INVALID, () -> PairsCodec.decode(payload));
    }

    @Test
    void shouldHaveItsNamesWhenEncoded() {
        Safetensors file = Safetensors.parse(PairsCodec.encode(pairs(List.of(List.of(KEY)), 7, 0.1, -0.0)), "pairs");
        assertThat(file.names()).containsExactly("block.7.keys", "block.7.values");
        assertThat(file.shape("block.7.keys")).containsExactly(1, 2);
        assertThat(file.doubles("block.7.keys")).isEqualTo(new double[] {0.1, -0.0});
        assertThat(file.metadata()).isEqualTo(Map.of("errata", "pairs.v1", "facts", "[[[\"Eiffel Tower\",\"P131\"]]]"));
    }

    @Property
    void shouldComeBackBitwiseWhenEncodedAndDecoded(@ForAll long seed) {
        Pairs pairs = new Samples(seed).pairs();
        byte[] payload = PairsCodec.encode(pairs);
        assertThat(PairsCodec.decode(payload)).isEqualTo(pairs);
        assertThat(PairsCodec.encode(PairsCodec.decode(payload))).isEqualTo(payload);
    }

    @Property(tries = 3000)
    void shouldRefuseOrBeOtherPairsWhenOneBitFlips(@ForAll @IntRange(max = 10) int seed, @ForAll @IntRange int bit) {
        Pairs pairs = new Samples(seed).pairs();
        byte[] payload = PairsCodec.encode(pairs);
        int at = bit % (payload.length * 8);
        payload[at / 8] ^= (byte) (1 << at % 8);
        try {
            Pairs other = PairsCodec.decode(payload);
            assertThat(other).isNotEqualTo(pairs);
            assertThat(PairsCodec.encode(other)).isEqualTo(payload);
        } catch (ErrataException e) {
            assertThat(e.failure()).isEqualTo(Failure.DELTA_INVALID);
        }
    }

    @Property
    void shouldRefuseWhenPayloadIsCutOrLonger(@ForAll @IntRange(max = 10) int seed, @ForAll @IntRange(min = -300, max = 9) int more) {
        byte[] payload = PairsCodec.encode(new Samples(seed).pairs());
        byte[] other = Arrays.copyOf(payload, Math.max(0, payload.length + (more == 0 ? 1 : more)));
        assertRefused(Failure.DELTA_INVALID, () -> PairsCodec.decode(other));
    }

    @Test
    void shouldRefuseWhenPayloadIsAnotherFile() {
        refused("[[[\"s\",\"r\"]]] ", "block.1");
        refused("[[[\"s\", \"r\"]]]", "block.1");
        refused("[[[\"s\"]]]", "block.1");
        refused("[[[\"s\",\"r\",\"o\"]]]", "block.1");
        refused("[[[1,\"r\"]]]", "block.1");
        refused("[[]]", "block.1");
        refused("[[[\"s\",\"r\"]]", "block.1");
        refused("{}", "block.1");
        refused("[[[\"s\",\"r\"],[\"s\",\"r\"]]]", "block.1");
        refused("[[[\"s\",\"r\"]]]", "block.01");
        refused("[[[\"s\",\"r\"]]]", "block.x");
        refused("[[[\"s\",\"r\"]],[[\"t\",\"r\"]]]", "block.1");
    }

    @Test
    void shouldRefuseWhenPairsAreNotWhole() {
        assertRefused(Failure.DELTA_INVALID, () -> pairs(List.of(List.of(KEY)), 0, 1));
        assertRefused(Failure.DELTA_INVALID, () -> pairs(List.of(List.of(KEY)), 0, 1, Double.NaN)).hasMessageContaining("keys[1]: NaN");
        assertRefused(Failure.DELTA_INVALID, () -> pairs(List.of(List.of()), 0, 1, 2));
        assertRefused(Failure.DELTA_INVALID, () -> pairs(List.of(List.of(KEY), List.of(KEY)), 0, 1, 2, 3, 4));
        assertRefused(Failure.DELTA_INVALID, () -> pairs(List.of(List.of(KEY)), -1, 1, 2));
        assertRefused(Failure.DELTA_INVALID, () -> new Pairs(List.of(), new TreeMap<>()));
        Pairs surrogate = pairs(List.of(List.of(new FactKey("\uD800", "r"))), 0, 1, 2);
        assertRefused(Failure.DELTA_INVALID, () -> PairsCodec.encode(surrogate));
    }
}
