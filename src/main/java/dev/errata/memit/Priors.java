package dev.errata.memit;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.CausalLm;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * P₀ = (λC)⁻¹ of every edited block, fp64, on the model's device. Inverted once; every edit multiplies with it.
 *
 * <h2>Limits</h2> d_k² doubles on the device for each block, three times that for a moment while one is inverted.
 * <h2>Thread safety</h2> Products may be taken from any thread; {@link #close} when none is.
 */
final class Priors implements AutoCloseable {
    /** How far λC·P₀·v may be from v, relative; a sound inverse is several orders below. */
    private static final double RESIDUAL_MAX = 1e-6;

    private static final int PROBES = 4;

    private final NDManager manager;
    private final Covariance covariance;
    private final double weight;
    private final int width;
    private final Map<Integer, NDArray> inverses = new TreeMap<>();

    /** @throws ErrataException COVARIANCE_SINGULAR when a block's covariance cannot be inverted */
    Priors(CausalLm lm, HyperParameters parameters, Covariance covariance) {
        this.covariance = covariance;
        this.weight = parameters.covarianceWeight();
        this.width = lm.config().keyWidth();
        if (covariance.tokens() < width) {
            throw new ErrataException(
                    Failure.COVARIANCE_SINGULAR,
                    "covariance of keys of width " + width + " over " + covariance.tokens() + " tokens (expected: at least " + width
                            + ", and ten times as many to be good)");
        }
        manager = lm.manager().newSubManager();
        try {
            for (int block : parameters.layers()) {
                inverses.put(block, inverse(block, covariance.mean(block)));
            }
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** P₀ of a block. */
    Prior prior(int block) {
        NDArray inverse = inverses.get(block);
        return new Prior() {
            @Override
            public DMatrixRMaj times(DMatrixRMaj rows) {
                try (NDManager step = manager.newSubManager()) {
                    return Doubles.download(Products.upload(step, rows).matMul(inverse));
                }
            }

            @Override
            public DMatrixRMaj weighted() {
                DMatrixRMaj weighted = DMatrixRMaj.wrap(width, width, covariance.mean(block).clone());
                CommonOps_DDRM.scale(weight, weighted);
                return weighted;
            }
        };
    }

    private NDArray inverse(int block, double[] mean) {
        try (NDManager step = manager.newSubManager()) {
            NDArray weighted = Doubles.upload(step, mean, width, width).muli(weight);
            NDArray raw = weighted.inverse();
            // Rounding leaves the inverse of a symmetric matrix not quite symmetric.
            NDArray inverse = raw.add(raw.transpose()).mul(0.5);
            require(block, weighted, inverse, step);
            inverse.attach(manager);
            return inverse;
        } catch (EngineException e) {
            throw singular(block, "has no inverse: " + e.getMessage(), e);
        }
    }

    /** λC is a sum of k kᵀ, so it has no negative eigenvalue; what is left to see is whether its inverse is one. */
    private static void require(int block, NDArray weighted, NDArray inverse, NDManager step) {
        int width = (int) weighted.getShape().get(0);
        double[] random = new Random(width).doubles((long) width * PROBES, -1, 1).toArray();
        NDArray probes = step.create(random, new Shape(width, PROBES));
        NDArray image = inverse.matMul(probes);
        double residual = weighted.matMul(image).sub(probes).norm().getDouble() / probes.norm().getDouble();
        double smallest = inverse.diagonal().min().getDouble();
        if (!(residual <= RESIDUAL_MAX) || !(smallest > 0)) {
            throw singular(
                    block,
                    "is singular to working precision: residual of its inverse " + residual + " (expected: at most " + RESIDUAL_MAX
                            + "), its smallest diagonal entry " + smallest + " (expected: above 0); use a longer or more varied text",
                    null);
        }
    }

    private static ErrataException singular(int block, String what, Throwable cause) {
        return new ErrataException(Failure.COVARIANCE_SINGULAR, "covariance of block " + block + " " + what, cause);
    }

    @Override
    public void close() {
        manager.close();
    }
}
