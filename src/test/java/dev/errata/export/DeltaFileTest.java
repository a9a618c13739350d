package dev.errata.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.DeltaCodec;
import dev.errata.delta.EditedTensor;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class DeltaFileTest {
    private final Samples samples = new Samples(1);
    private final SortedMap<String, EditedTensor> base = samples.base();
    private final List<byte[]> files = samples.deltaFiles(base, 4);

    @Test
    void shouldReadWhatItHasWritten() {
        for (byte[] bytes : files) {
            DeltaFile file = DeltaFile.decode(bytes, "file");

            assertThat(DeltaFile.encode(file.version(), DeltaCodec.encode(file.delta()))).isEqualTo(bytes);
        }
    }

    @Test
    void shouldRefuseEveryChangeOfATensorsByte() {
        byte[] file = files.get(0);
        for (int i = file.length - 100; i < file.length; i++) {
            byte[] altered = file.clone();
            altered[i] ^= 1;
            assertRefused(Failure.DELTA_INVALID, () -> DeltaFile.decode(altered, "file"));
        }
    }

    @Test
    void shouldRefuseThePayloadOfTheLogWithoutItsRecord() {
        byte[] payload = DeltaCodec.encode(DeltaFile.decode(files.get(0), "file").delta());

        assertRefused(Failure.DELTA_INVALID, () -> DeltaFile.decode(payload, "file"));
    }

    @Test
    void shouldProveEveryStepWhenAppliedInOrder() {
        DeltaSteps steps = new DeltaSteps(base);
        for (byte[] file : files) {
            steps.apply(DeltaFile.decode(file, "file"));
        }

        assertThat(DeltaSteps.digests(steps.weights())).isEqualTo(after(files.get(3)));
        assertThat(base).isEqualTo(new Samples(1).base());
    }

    @Test
    void shouldRefuseADeltaThatDoesNotGoOnFromTheseWeights() {
        assertRefused(Failure.VERSION_CHAIN_BROKEN, () -> new DeltaSteps(base).apply(DeltaFile.decode(files.get(1), "file")));
        assertRefused(
                Failure.VERSION_CHAIN_BROKEN, () -> new DeltaSteps(new Samples(2).base()).apply(DeltaFile.decode(files.get(0), "file")));
    }

    private static Map<String, String> after(byte[] file) {
        return DeltaFile.decode(file, "file").version().tensors().stream()
                .collect(Collectors.toMap(state -> state.name(), state -> state.after()));
    }

    static void assertRefused(Failure failure, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(failure));
    }
}
