package dev.errata.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfTest {
    /** By the definition of binary16, in doubles. */
    private static double defined(int bits) {
        double sign = (bits & 0x8000) == 0 ? 1 : -1;
        int exponent = bits >> 10 & 0x1F;
        double fraction = (bits & 0x3FF) / 1024.0;
        if (exponent == 0x1F) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return sign * (exponent == 0 ? fraction * Math.pow(2, -14) : (1 + fraction) * Math.pow(2, exponent - 15));
    }

    @Test
    void shouldWidenEveryHalfExactly() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            assertThat((double) Half.f16((short) bits)).isEqualTo(Double.valueOf(defined(bits)));
        }
    }

    @Test
    void shouldKeepUpperHalfWhenBfloatIsWidened() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float wide = Half.bf16((short) bits);
            assertThat(Float.isNaN(wide) || Float.floatToRawIntBits(wide) >>> 16 == bits).isTrue();
        }
        assertThat(Half.bf16((short) 0x3F80)).isEqualTo(1f);
    }
}
