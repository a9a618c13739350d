package dev.errata.worker;

import dev.errata.delta.EditedTensor;
import dev.errata.memit.LiveSet;
import java.util.SortedMap;

/**
 * What an edit starts from: the edited tensors and the solver's live set at one version.
 *
 * <p>Both are views of the log ({@link Standings}). They change together, by one reference, so that no edit ever sees the weights of one
 * version with the live set of another.
 *
 * <h2>Thread safety</h2> Immutable.
 *
 * @param weights every edited tensor, by name
 */
public record Standing(SortedMap<String, EditedTensor> weights, LiveSet live) {}
