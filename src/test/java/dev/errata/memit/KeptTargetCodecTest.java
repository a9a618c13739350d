package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KeptTargetCodecTest {
    private static final KeptTarget KEPT = new KeptTarget(new float[] {1.5f, -0.0f, Float.MIN_VALUE}, new float[] {2, 3, 4}, 0.25);

    @Test
    void shouldGiveBackWhatWasEncoded() {
        byte[] bytes = KeptTargetCodec.encode(KEPT);

        assertThat(KeptTargetCodec.decode(bytes)).isEqualTo(KEPT);
        assertThat(bytes).hasSize(52 + 8 * 3).startsWith("ERRATAZ1".getBytes());
    }

    @Test
    void shouldRefuseEveryBitThatIsAltered() {
        byte[] bytes = KeptTargetCodec.encode(KEPT);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] altered = bytes.clone();
            altered[bit / 8] ^= 1 << bit % 8;

            refused(altered);
        }
    }

    @Test
    void shouldRefuseEveryLengthThatIsNotItsOwn() {
        byte[] bytes = KeptTargetCodec.encode(KEPT);
        for (int length = 0; length < bytes.length; length++) {
            refused(Arrays.copyOf(bytes, length));
        }
        refused(Arrays.copyOf(bytes, bytes.length + 8));
    }

    private static void refused(byte[] bytes) {
        assertThatThrownBy(() -> KeptTargetCodec.decode(bytes))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.RECORD_UNREADABLE))
                .hasMessageContaining("(expected: ");
    }
}
