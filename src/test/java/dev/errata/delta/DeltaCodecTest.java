package dev.errata.delta;

import static dev.errata.delta.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DeltaCodecTest {
    private static final String A = "base_model.model.h.5.mlp.fc_out.lora_A.weight";
    private static final String B = "base_model.model.h.5.mlp.fc_out.lora_B.weight";

    private static LowRank factor(float... b) {
        return new LowRank("h.5.mlp.fc_out.weight", b.length, 3, 1, b, new float[] {4, 5, 6});
    }

    private static SafetensorsWriter adapter() {
        return new SafetensorsWriter().metadata("format", "pt").metadata("errata", "delta.v1");
    }

    private static void refused(SafetensorsWriter payload) {
        assertRefused(Failure.DELTA_INVALID, () -> DeltaCodec.decode(payload.toBytes()));
    }

    @Test
    void shouldBeAnAdapterAsPeftNamesItWhenEncoded() {
        byte[] payload = DeltaCodec.encode(new Delta(List.of(factor(1, -0.0f))));

        Safetensors file = Safetensors.parse(payload, "adapter");
        assertThat(file.names()).containsExactly(A, B);
        assertThat(file.shape(A)).containsExactly(1, 3);
        assertThat(file.shape(B)).containsExactly(2, 1);
        assertThat(file.metadata()).containsEntry("format", "pt").containsEntry("errata", "delta.v1").hasSize(2);
        assertThat(file.floats(B)[1]).isEqualTo(Float.valueOf(-0.0f));
    }

    /** A matrix beside factors: another kind of payload, which says to readers of adapters that it is none. */
    @Test
    void shouldSayThatItIsNoAdapterWhenAChangeIsDense() {
        DenseChange dense = new DenseChange("h.4.mlp.fc_out.weight", 2, 3, new float[] {1, 2, 3, 4, 5, -0.0f});

        byte[] payload = DeltaCodec.encode(new Delta(List.of(dense, factor(1, 2))));

        Safetensors file = Safetensors.parse(payload, "delta");
        assertThat(file.names()).containsExactly(A, B, "errata.dense.h.4.mlp.fc_out.weight");
        assertThat(file.shape("errata.dense.h.4.mlp.fc_out.weight")).containsExactly(2, 3);
        assertThat(file.metadata()).containsEntry("errata", "delta.v2").containsEntry("format", "pt");
        assertThat(file.metadata().get("peft")).startsWith("not an adapter");
        assertThat(DeltaCodec.decode(payload).changes()).containsExactly(dense, factor(1, 2));
    }

    /** The bytes of yesterday: this payload was written before there were dense changes. */
    @Test
    void shouldWriteTheFirstFormatAsItAlwaysWas() {
        byte[] payload = DeltaCodec.encode(new Delta(List.of(factor(1, -0.0f))));

        assertThat(Digest.sha256(payload)).isEqualTo("9c1fdca9d20aa559ead295fe4c6a690df2b3aaf6f680c64ff224f8333f200fee");
    }

    @Property
    void shouldComeBackBitwiseWhenEncodedAndDecoded(@ForAll long seed) {
        Delta delta = new Samples(seed).delta();
        byte[] payload = DeltaCodec.encode(delta);
        assertThat(DeltaCodec.decode(payload)).isEqualTo(delta);
        assertThat(DeltaCodec.encode(DeltaCodec.decode(payload))).isEqualTo(payload);
    }

    /** A bit in a factor is another delta, as canonical as the first; any other bit is refused. */
    @Property(tries = 3000)
    void shouldRefuseOrBeAnotherDeltaWhenOneBitFlips(@ForAll @IntRange(max = 10) int seed, @ForAll @IntRange int bit) {
        Delta delta = new Samples(seed).delta();
        byte[] payload = DeltaCodec.encode(delta);
        int at = bit % (payload.length * 8);
        payload[at / 8] ^= (byte) (1 << at % 8);
        try {
            Delta other = DeltaCodec.decode(payload);
            assertThat(other).isNotEqualTo(delta);
            assertThat(DeltaCodec.encode(other)).isEqualTo(payload);
        } catch (ErrataException e) {
            assertThat(e.failure()).isEqualTo(Failure.DELTA_INVALID);
        }
    }

    @Property
    void shouldRefuseWhenPayloadIsCutOrLonger(@ForAll @IntRange(max = 10) int seed, @ForAll @IntRange(min = -300, max = 9) int more) {
        byte[] payload = DeltaCodec.encode(new Samples(seed).delta());
        byte[] other = Arrays.copyOf(payload, Math.max(0, payload.length + (more == 0 ? 1 : more)));
        assertRefused(Failure.DELTA_INVALID, () -> DeltaCodec.decode(other));
    }

    @Test
    void shouldRefuseWhenPayloadIsAnotherFile() {
        float[] three = new float[3];
        refused(new SafetensorsWriter().metadata("format", "pt").floats(A, new long[] {1, 3}, three).floats(B, new long[] {3, 1}, three));
        refused(adapter());
        refused(adapter().floats(A, new long[] {1, 3}, three));
        refused(adapter().floats(A, new long[] {3}, three).floats(B, new long[] {3, 1}, three));
        refused(adapter().floats(A, new long[] {3, 1}, three).floats(B, new long[] {3, 1}, three));
        refused(adapter().floats(A, new long[] {0, 3}, new float[0]).floats(B, new long[] {3, 0}, new float[0]));
        refused(adapter().doubles(A, new long[] {1, 3}, new double[3]).floats(B, new long[] {3, 1}, three));
        refused(adapter().floats(A, new long[] {1, 3}, three).floats(B, new long[] {3, 1}, three).floats("x", new long[] {3}, three));
        refused(adapter().floats(A, new long[] {1, 3}, three).floats(B, new long[] {3, 1}, three).metadata("x", "y"));
        refused(adapter().floats(A, new long[] {1, 3}, new float[] {0, Float.NaN, 0}).floats(B, new long[] {3, 1}, three));
    }

    @Test
    void shouldRefuseWhenKindAndTensorsDoNotAgree() {
        String dense = "errata.dense.h.5.mlp.fc_out.weight";
        String note = "not an adapter: tensors named errata.dense.* are changes to be added to the weights they name";
        float[] three = new float[3];
        long[] row = {1, 3};
        long[] column = {3, 1};
        refused(adapter().floats(dense, row, three));
        refused(adapter().metadata("peft", note).floats(dense, row, three));
        SafetensorsWriter second = new SafetensorsWriter().metadata("format", "pt").metadata("errata", "delta.v2");
        refused(second.floats(dense, row, three));
        assertThat(DeltaCodec.decode(second.metadata("peft", note).toBytes()).changes()).hasSize(1);
        refused(second.floats(A, row, three).floats(B, column, three));
        refused(new SafetensorsWriter().metadata("format", "pt").metadata("errata", "delta.v2").metadata("peft", note)
                .floats(A, row, three).floats(B, column, three));
        refused(new SafetensorsWriter().metadata("format", "pt").metadata("errata", "delta.v3")
                .floats(A, row, three).floats(B, column, three));
    }

    @Test
    void shouldRefuseWhenFactorIsNoChange() {
        assertRefused(Failure.DELTA_INVALID, () -> factor(1, Float.NaN)).hasMessageContaining("B[1]: NaN");
        assertRefused(Failure.DELTA_INVALID, () -> factor(Float.NEGATIVE_INFINITY));
        assertRefused(Failure.DELTA_INVALID, () -> new LowRank("t.weight", 2, 2, 1, new float[3], new float[2]));
        assertRefused(Failure.DELTA_INVALID, () -> new LowRank("t.weight", 2, 2, 0, new float[0], new float[0]));
        assertRefused(Failure.DELTA_INVALID, () -> new LowRank(".weight", 1, 1, 1, new float[1], new float[1]));
        assertRefused(Failure.DELTA_INVALID, () -> new LowRank("t.bias", 1, 1, 1, new float[1], new float[1]));
        assertRefused(Failure.DELTA_INVALID, () -> new DenseChange("t.weight", 2, 2, new float[3]));
        assertRefused(Failure.DELTA_INVALID, () -> new DenseChange("t.weight", 0, 2, new float[0]));
        assertRefused(Failure.DELTA_INVALID, () -> new DenseChange("t.bias", 1, 1, new float[1]));
        assertRefused(Failure.DELTA_INVALID, () -> new DenseChange("t.weight", 1, 1, new float[] {Float.NaN})).hasMessageContaining("NaN");
        assertRefused(Failure.DELTA_INVALID, () -> new Delta(List.of()));
        assertRefused(Failure.DELTA_INVALID, () -> new Delta(List.of(factor(1), factor(1))));
    }
}
