package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;

/** Rows that are looked up by number, (entries, features): an embedding, or sines by position. */
record Table(NDArray rows) {

    /** (…) I64 to (…, features), attached to the manager of the numbers. */
    NDArray at(NDArray numbers) {
        return Embedding.embedding(numbers, rows, SparseFormat.DENSE).singletonOrThrow();
    }
}
