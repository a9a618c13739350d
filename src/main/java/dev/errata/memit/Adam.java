package dev.errata.memit;

/**
 * Adam on one fact's vector, in fp32 like the reference (torch.optim.Adam, betas 0.9 and 0.999, epsilon 1e-8, no weight decay).
 *
 * <p>Each fact has its own, since facts are searched together but stop apart. Plain arrays: d numbers are too few to be worth a device.
 *
 * <h2>Thread safety</h2> None.
 */
final class Adam {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final double rate;
    private final float[] mean;
    private final float[] square;
    private int updates;

    Adam(int width, double rate) {
        this.rate = rate;
        this.mean = new float[width];
        this.square = new float[width];
    }

    /** Moves {@code vector} (d) one step against {@code gradient} (d). */
    void update(float[] vector, float[] gradient) {
        updates++;
        double size = rate / (1 - Math.pow(BETA1, updates));
        double correction = Math.sqrt(1 - Math.pow(BETA2, updates));
        for (int i = 0; i < vector.length; i++) {
            float g = gradient[i];
            mean[i] += (float) ((1 - BETA1) * (g - mean[i]));
            square[i] = (float) (BETA2 * square[i] + (1 - BETA2) * g * g);
            vector[i] -= (float) (size * mean[i] / (Math.sqrt(square[i]) / correction + EPSILON));
        }
    }
}
