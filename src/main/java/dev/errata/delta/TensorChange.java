package dev.errata.delta;

/** The change of one edited tensor, always in the orientation (out, in) however the model stores the tensor. */
public sealed interface TensorChange permits LowRank, DenseChange {
    /** What names of edited tensors end in. */
    String WEIGHT = ".weight";

    /** Name of the edited tensor. */
    String tensor();

    /** Rows of ΔW: d, the residual width. */
    int out();

    /** Columns of ΔW: d_k, the key width. */
    int in();

    /** Whether factors of this rank have fewer numbers than the matrix: {@code rank·(out + in) <= out·in}. */
    static boolean factorsAreSmaller(long rank, long out, long in) {
        return rank * (out + in) <= out * in;
    }
}
