package dev.errata.oracle;

import static org.assertj.core.api.Assertions.assertThat;

/** How far a computed tensor is from its recording. */
record Distance(double maxAbs, double relativeFrobenius) {

    static Distance between(double[] recorded, double[] computed) {
        double max = 0;
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < recorded.length; i++) {
            double d = recorded[i] - computed[i];
            // Math.max keeps NaN, so an element that is not a number shows in the end.
            max = Math.max(max, Math.abs(d));
            difference += d * d;
            norm += recorded[i] * recorded[i];
        }
        return new Distance(max, norm == 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm));
    }

    void assertWithin(Tolerance tolerance, String what) {
        double bound = tolerance.exact() ? 0 : tolerance.maxAbs();
        double relative = tolerance.exact() ? 0 : tolerance.relativeFrobenius();
        assertThat(maxAbs).as("%s: largest difference", what).isLessThanOrEqualTo(bound);
        assertThat(relativeFrobenius).as("%s: relative Frobenius difference", what).isLessThanOrEqualTo(relative);
    }
}
