package dev.errata.safetensors;

/** 16-bit floats widened to 32 bits; every value of either fits a float exactly. (Java 17 has no such conversion of its own.) */
final class Half {
    private static final float SUBNORMAL = 0x1p-24f;

    private Half() {}

    /** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
    static float f16(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >> 10 & 0x1F;
        int fraction = bits & 0x3FF;
        if (exponent == 0) {
            float magnitude = fraction * SUBNORMAL;
            return sign == 0 ? magnitude : -magnitude;
        }
        int wide = exponent == 0x1F ? 0xFF : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }

    /** bfloat16: the upper half of a binary32. */
    static float bf16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
