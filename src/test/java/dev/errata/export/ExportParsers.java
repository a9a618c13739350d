package dev.errata.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.fuzz.Parser;
import dev.errata.fuzz.Shape;
import java.util.List;

/** What comes from other machines: deltas to be applied, statements to be checked. */
public final class ExportParsers {
    private ExportParsers() {}

    public static List<Parser> all() {
        Samples samples = new Samples(4);
        List<byte[]> deltas = samples.deltaFiles(samples.base(), 2);
        return List.of(
                Parser.of("DeltaFile.decode", deltas, Shape.SAFETENSORS, bytes -> DeltaFile.decode(bytes, "fuzzed")),
                Parser.of("StatementCodec.decode", List.of(StatementCodec.encode(Samples.statement())), Shape.JSON, bytes ->
                        assertThat(StatementCodec.encode(StatementCodec.decode(bytes))).isEqualTo(bytes)));
    }
}
