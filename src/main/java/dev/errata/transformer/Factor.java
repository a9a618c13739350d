package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Multiplication by a number, for use where a gradient may be taken.
 *
 * <p>The engine keeps the number for the gradient. {@code NDArray.mul(Number)} puts it into Java's memory and gives that back at once, so
 * that on a CPU the gradient is now and then multiplied by whatever came to lie there. The numbers here are the engine's own.
 */
public final class Factor {
    private Factor() {}

    /** {@code factor · x}, fp32. */
    public static NDArray times(NDArray x, double factor) {
        try (NDArray number = number(x, factor)) {
            return x.mul(number);
        }
    }

    /** The same in place. */
    static NDArray scale(NDArray x, double factor) {
        try (NDArray number = number(x, factor)) {
            return x.muli(number);
        }
    }

    private static NDArray number(NDArray x, double factor) {
        return x.getManager().full(new Shape(), (float) factor, DataType.FLOAT32);
    }
}
