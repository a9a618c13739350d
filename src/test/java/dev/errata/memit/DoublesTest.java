package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DoublesTest {
    /** Wide enough that a piece holds only a few rows, and the last one fewer. */
    private static final int COLUMNS = (1 << 21) + 3;

    @Test
    void shouldBringBackWhatItCarriedThere() {
        double[] values = new Random(1).doubles(5L * COLUMNS).toArray();

        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            assertThat(Doubles.download(Doubles.upload(manager, values, 5, COLUMNS)).data).isEqualTo(values);
        }
    }

    @Test
    void shouldCarryNothingWhenThereAreNoRows() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            var nothing = Doubles.download(Doubles.upload(manager, new double[0], 0, 4));
            assertThat(nothing.numRows).isZero();
            assertThat(nothing.numCols).isEqualTo(4);
        }
    }
}
