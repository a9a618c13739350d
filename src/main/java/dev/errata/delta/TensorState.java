package dev.errata.delta;

import static java.util.Objects.requireNonNull;

/** SHA-256 (lower-case hex) of an edited tensor before and after a version: over its fp32 values, little-endian, in the model's layout. */
public record TensorState(String name, String before, String after) {
    public TensorState {
        requireNonNull(name, "name");
        requireNonNull(before, "before");
        requireNonNull(after, "after");
    }
}
