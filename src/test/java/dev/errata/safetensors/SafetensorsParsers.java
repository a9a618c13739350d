package dev.errata.safetensors;

import dev.errata.fuzz.Parser;
import dev.errata.fuzz.Shape;
import java.util.List;

/** Safetensors files, every tensor of which is asked for in every way. */
public final class SafetensorsParsers {
    private SafetensorsParsers() {}

    public static List<Parser> all() {
        List<byte[]> corpus = List.of(every(), new SafetensorsWriter().toBytes(), new SafetensorsWriter().metadata("a", "b").toBytes());
        return List.of(
                Parser.of("Safetensors.parse", corpus, Shape.SAFETENSORS, bytes -> all(Safetensors.parse(bytes, "f"))),
                Parser.ofFile("Safetensors.read", "f.safetensors", corpus, Shape.SAFETENSORS, file -> all(Safetensors.read(file)))
                        .withShare(3));
    }

    private static byte[] every() {
        return new SafetensorsWriter()
                .metadata("format", "pt")
                .metadata("é\u0000", "")
                .floats("a", new long[] {2, 2}, new float[] {1, 2, 3, 4})
                .doubles("b", new long[] {3, 0}, new double[0])
                .doubles("b.c", new long[0], new double[] {1})
                .longs("c", new long[] {1}, new long[] {5})
                .toBytes();
    }

    private static void all(Safetensors file) {
        file.metadata();
        for (String name : file.names()) {
            file.shape(name);
            file.bytes(name);
            switch (file.dtype(name)) {
                case F32, F16, BF16 -> {
                    file.floats(name);
                    file.doubles(name);
                }
                case F64 -> file.doubles(name);
                case I64, I32 -> file.longs(name);
                case I16, I8, U8, BOOL -> file.payload(name);
            }
        }
    }
}
