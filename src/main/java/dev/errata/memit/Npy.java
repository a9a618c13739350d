package dev.errata.memit;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One array in NumPy's format {@code .npy}, read from a stream: little-endian floats or a little-endian integer, in C or Fortran order.
 *
 * <h2>Limits</h2> A header of 64 KiB; versions 1 to 3; of types f4, f8, i4 and i8; Python objects (pickles) are refused.
 * <h2>Thread safety</h2> None.
 */
final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int HEADER_MAX = 1 << 16;
    private static final int STEP = 1 << 16;
    private static final Pattern HEADER = Pattern.compile(
            "\\s*\\{\\s*'descr':\\s*'<([fi][48])'\\s*,\\s*'fortran_order':\\s*(?:True|False)\\s*,"
                    + "\\s*'shape':\\s*\\(([0-9, ]*)\\)\\s*+,?\\s*+\\}\\s*");

    private final String name;
    private final InputStream in;
    private final String type;
    private final String shape;

    /** @param name what errors call it */
    Npy(String name, InputStream in) throws IOException {
        this.name = name;
        this.in = in;
        byte[] start = in.readNBytes(MAGIC.length + 2);
        int version = start.length < MAGIC.length + 2 ? 0 : start[MAGIC.length];
        for (int i = 0; i < MAGIC.length; i++) {
            if (version < 1 || version > 3 || start[i] != MAGIC[i]) {
                throw invalid("beginning", "other bytes", "an .npy array of version 1 to 3");
            }
        }
        int length = version == 1 ? little(2).getShort() & 0xFFFF : little(4).getInt();
        if (length < 0 || length > HEADER_MAX) {
            throw invalid("header", length + " bytes", "at most " + HEADER_MAX);
        }
        String header = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        Matcher matcher = HEADER.matcher(header);
        if (!matcher.matches()) {
            throw invalid("header", header.strip(), "descr one of <f4, <f8, <i4, <i8, with order and shape");
        }
        type = matcher.group(1);
        shape = matcher.group(2).replace(" ", "");
    }

    private ByteBuffer little(int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) {
            throw new EOFException(name + ": ends too early");
        }
        return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * All elements, whose number and shape must be these; nothing may follow them.
     *
     * @param expected the shape as NumPy writes it, without spaces: {@code "4,4"}, or {@code ""} for a scalar
     */
    double[] values(String expected, int count) throws IOException {
        if (!shape.equals(expected)) {
            throw invalid("shape", "(" + shape + ")", "(" + expected + ")");
        }
        int bytes = type.charAt(1) - '0';
        double[] values = new double[count];
        for (int at = 0; at < count; ) {
            int some = Math.min(STEP, count - at);
            ByteBuffer step = little(some * bytes);
            for (int i = 0; i < some; i++, at++) {
                values[at] = switch (type) {
                    case "f4" -> step.getFloat();
                    case "f8" -> step.getDouble();
                    case "i4" -> step.getInt();
                    default -> step.getLong();
                };
                if (!Double.isFinite(values[at])) {
                    throw invalid("element " + at, String.valueOf(values[at]), "a finite number");
                }
            }
        }
        if (in.read() >= 0) {
            throw invalid("end", "more bytes", "none behind the elements");
        }
        return values;
    }

    private ErrataException invalid(String what, String found, String expected) {
        return new ErrataException(Failure.COVARIANCE_MISMATCH, name + ": " + what + ": " + found + " (expected: " + expected + ")");
    }
}
