package dev.errata.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DenseSolveTest {
    private static DenseSolve dense;
    private static NDManager manager;

    @BeforeAll
    static void load() {
        dense = new DenseSolve();
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    }

    @AfterAll
    static void close() {
        manager.close();
    }

    @Test
    void shouldSolveWithPivotsWhenTheMatrixIsNotSymmetric() {
        long seed = System.nanoTime();
        System.out.println("DenseSolveTest seed " + seed);
        Random random = new Random(seed);
        try (NDManager step = manager.newSubManager()) {
            NDArray a = step.create(random.doubles(64 * 64, -1, 1).toArray(), new Shape(64, 64));
            NDArray b = step.create(random.doubles(64 * 5, -1, 1).toArray(), new Shape(64, 5));

            NDArray x = dense.solve(a, b);

            assertThat(x.getDataType()).isEqualTo(DataType.FLOAT64);
            assertThat(x.getManager()).isSameAs(step);
            double residual = a.matMul(x).sub(b).norm().getDouble();
            assertThat(residual).isLessThan(1e-12 * a.norm().getDouble() * x.norm().getDouble());
        }
    }

    @Test
    void shouldNeedItsPivotsWhenADiagonalEntryIsZero() {
        try (NDManager step = manager.newSubManager()) {
            NDArray swap = step.create(new double[] {0, 1, 1, 0}, new Shape(2, 2));

            NDArray x = dense.solve(swap, step.create(new double[] {3, 4}, new Shape(2, 1)));

            assertThat(x.toDoubleArray()).containsExactly(4, 3);
        }
    }

    @Test
    void shouldRefuseWhatIsNoSystem() {
        try (NDManager step = manager.newSubManager()) {
            NDArray flat = step.zeros(new Shape(2, 3));
            assertThatThrownBy(() -> dense.solve(flat, flat)).hasMessageContaining("expected: (n, n)");
        }
    }
}
