package dev.errata.memit;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.CausalLm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * P₀ = (λC)⁻¹ of every edited block, fp64, on the model's device. Inverted once, and kept on disk where there is a place for it; every
 * edit multiplies with it. A C that cannot be inverted gets a {@link Ridge}.
 *
 * <h2>Limits</h2> d_k² doubles on the device for each block, three times that for a moment while one is inverted.
 * <h2>Thread safety</h2> Products may be taken from any thread; {@link #close} when none is.
 */
public final class Priors implements AutoCloseable {
    /** How far λC·P₀·v may be from v, relative; a sound inverse is several orders below. */
    private static final double RESIDUAL_MAX = 1e-6;

    private static final int PROBES = 4;

    private final Covariance covariance;
    private final double weight;
    private final int width;
    private final NDManager manager;
    private final Map<Integer, NDArray> inverses = new TreeMap<>();
    private final Map<Integer, Double> ridges = new TreeMap<>();
    private final List<Integer> inverted = new ArrayList<>();

    /** Inverts; @throws ErrataException COVARIANCE_SINGULAR when a block's covariance cannot be inverted, whatever ridge it gets */
    Priors(CausalLm lm, HyperParameters parameters, Covariance covariance) {
        this(lm, parameters, covariance, Optional.empty());
    }

    /**
     * Reads what was kept of the same model, covariance and λ, and inverts and keeps the rest.
     *
     * @param directory where inverses are kept, one file for each block
     * @throws ErrataException COVARIANCE_SINGULAR when a block's covariance cannot be inverted, whatever ridge it gets
     */
    public Priors(CausalLm lm, HyperParameters parameters, Covariance covariance, Optional<Path> directory) {
        this.covariance = covariance;
        this.weight = parameters.covarianceWeight();
        this.width = lm.config().keyWidth();
        manager = lm.manager().newSubManager();
        try {
            for (int block : parameters.layers()) {
                Optional<PriorFile> file = directory.map(
                        at -> new PriorFile(at, lm.digest(), block, covariance.moment(block).digest(), weight, width));
                open(block, file);
            }
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private void open(int block, Optional<PriorFile> file) {
        Optional<PriorFile.Saved> kept = file.flatMap(PriorFile::read);
        if (kept.isPresent()) {
            ridges.put(block, kept.get().ridge());
            inverses.put(block, Doubles.upload(manager, kept.get().inverse(), width, width));
            return;
        }
        invert(block, covariance.mean(block));
        inverted.add(block);
        file.ifPresent(at -> at.write(new PriorFile.Saved(Doubles.download(inverses.get(block)).data, ridges.get(block))));
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
                double[] mean = covariance.mean(block);
                DMatrixRMaj weighted = DMatrixRMaj.wrap(width, width, mean.clone());
                double more = Ridge.diagonal(ridges.get(block), mean, width);
                for (int i = 0; i < width; i++) {
                    weighted.add(i, i, more);
                }
                CommonOps_DDRM.scale(weight, weighted);
                return weighted;
            }
        };
    }

    /** The blocks that were inverted just now and not found on disk. */
    public List<Integer> inverted() {
        return List.copyOf(inverted);
    }

    /** For each block whose covariance got a ridge, what an operator is to know about it. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        ridges.forEach((block, ridge) -> {
            if (ridge > 0) {
                warnings.add(
                        "covariance of block %d over %d tokens is singular or nearly so: a ridge of %.0e of its mean variance was added"
                                        .formatted(block, covariance.tokens(), ridge)
                                + " (expected: none; use a longer or more varied text, ten tokens or more for each of " + width
                                + " dimensions)");
            }
        });
        return warnings;
    }

    private void invert(int block, double[] mean) {
        String why = "";
        for (double ridge : Ridge.steps(covariance.tokens(), width)) {
            try (NDManager step = manager.newSubManager()) {
                NDArray weighted = Doubles.upload(step, mean, width, width);
                double more = Ridge.diagonal(ridge, mean, width);
                if (more > 0) {
                    weighted.addi(step.eye(width).toType(weighted.getDataType(), false).muli(more));
                }
                weighted.muli(weight);
                NDArray inverse = Products.inverse(weighted);
                double residual = residual(weighted, inverse, step);
                double smallest = inverse.diagonal().min().getDouble();
                if (residual <= RESIDUAL_MAX && smallest > 0) {
                    inverse.attach(manager);
                    inverses.put(block, inverse);
                    ridges.put(block, ridge);
                    return;
                }
                why = "with a ridge of " + ridge + " residual of its inverse " + residual + " (expected: at most " + RESIDUAL_MAX
                        + "), its smallest diagonal entry " + smallest + " (expected: above 0)";
            } catch (EngineException e) {
                why = "with a ridge of " + ridge + " no inverse: " + e.getMessage();
            }
        }
        throw new ErrataException(
                Failure.COVARIANCE_SINGULAR,
                "covariance of block " + block + " over " + covariance.tokens() + " tokens is singular to working precision: " + why
                        + "; use a longer or more varied text");
    }

    /** λC is a sum of k kᵀ, so it has no negative eigenvalue; what is left to see is whether its inverse is one. */
    private static double residual(NDArray weighted, NDArray inverse, NDManager step) {
        int width = (int) weighted.getShape().get(0);
        double[] random = new Random(width).doubles((long) width * PROBES, -1, 1).toArray();
        NDArray probes = step.create(random, new Shape(width, PROBES));
        NDArray image = inverse.matMul(probes);
        return weighted.matMul(image).sub(probes).norm().getDouble() / probes.norm().getDouble();
    }

    @Override
    public void close() {
        manager.close();
    }
}
