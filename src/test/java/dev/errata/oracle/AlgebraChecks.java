package dev.errata.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.errata.memit.EditRecomputation;
import dev.errata.memit.EditRecomputation.Tensor;
import dev.errata.safetensors.Safetensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.DynamicTest;

/** The solve alone: recorded covariance, keys and residuals in, the recorded factors and update out, to fp64. */
final class AlgebraChecks {
    /** Relative; what DESIGN §4 may differ by from the reference's dense solve. */
    private static final double TOLERANCE = 1e-9;

    private final OracleDirectory oracle;

    AlgebraChecks(OracleDirectory oracle) {
        this.oracle = oracle;
    }

    Stream<DynamicTest> all() {
        List<DynamicTest> tests = new ArrayList<>();
        Map.of("batch1", false, "batch2_plain", false, "batch2_rls", true).forEach((batch, carried) -> {
            for (var block : oracle.json("memit/memit.json").get("hparams").get("layers")) {
                tests.add(dynamicTest(batch + " block " + block, () -> solve(batch, carried, "layer." + block + ".")));
            }
        });
        return tests.stream();
    }

    private void solve(String batch, boolean carried, String layer) {
        Safetensors recorded = oracle.tensors("memit/" + batch + ".safetensors");
        Safetensors design = oracle.tensors("memit/" + batch + "_design.safetensors");
        DMatrixRMaj weighted = matrix(oracle.tensors("memit/covariance.safetensors"), layer + "mean");
        CommonOps_DDRM.scale(oracle.json("memit/memit.json").get("hparams").get("mom2_update_weight").doubleValue(), weighted);
        DMatrixRMaj keys = matrix(recorded, layer + "K");
        DMatrixRMaj earlier = carried ? matrix(oracle.tensors("memit/batch1.safetensors"), layer + "K") : new DMatrixRMaj(keys.numRows, 0);

        Map<String, Tensor> solved = EditRecomputation.solve(weighted, earlier, keys, matrix(recorded, layer + "residual"));

        assertClose(recorded.doubles(layer + "U"), solved.get("U"));
        assertClose(design.doubles(layer + "G_hat"), solved.get("G_hat"));
        assertClose(design.doubles(layer + "B_hat"), solved.get("B_hat"));
    }

    private static void assertClose(double[] recorded, Tensor computed) {
        assertThat(Distance.between(recorded, computed.values()).relativeFrobenius()).isLessThan(TOLERANCE);
    }

    private static DMatrixRMaj matrix(Safetensors file, String tensor) {
        long[] shape = file.shape(tensor);
        return DMatrixRMaj.wrap((int) shape[0], (int) shape[1], file.doubles(tensor));
    }
}
