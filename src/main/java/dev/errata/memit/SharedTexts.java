package dev.errata.memit;

import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.SharedPrefixes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The tokens that contexts put before all facts of a batch: run once for all of them, and on the base model once for many batches.
 *
 * <p>They are found among the rows' tokens, not made from the contexts' text, so they are right however a tokenizer treats the border.
 * That facts of one relation have more in common is left alone: these are the same from batch to batch.
 *
 * <h2>Thread safety</h2> Immutable; close it when the batch is done.
 */
record SharedTexts(SharedPrefixes prefixes) implements AutoCloseable {

    /** For a single fact whose weights change between reads: its rows run together, and there is nobody to share with. */
    static final List<long[]> NONE = Collections.nCopies(Contexts.COUNT + 1, new long[0]);

    static SharedTexts of(CausalLm lm, List<FactRows> facts, Overlay anchor) {
        return new SharedTexts(SharedPrefixes.of(lm, of(facts), anchor));
    }

    /** The tokens, by context, and none for rows that share nothing. */
    static List<long[]> of(List<FactRows> facts) {
        List<long[]> shared = new ArrayList<>();
        for (int context = 0; context < Contexts.COUNT; context++) {
            int number = context;
            shared.add(shared(facts.stream().map(fact -> fact.keyRows().get(number)).toList()));
        }
        shared.add(new long[0]);
        return shared;
    }

    /** The context's own tokens, as far as all rows begin with them. */
    private static long[] shared(List<FactRows.Row> rows) {
        long[] first = rows.get(0).ids();
        int length = rows.stream().mapToInt(FactRows.Row::lead).min().orElseThrow();
        for (FactRows.Row row : rows) {
            int differs = Arrays.mismatch(first, 0, length, row.ids(), 0, length);
            length = differs < 0 ? length : differs;
        }
        return Arrays.copyOf(first, length);
    }

    /** The prefix of a context's rows. */
    int of(int context) {
        return context;
    }

    /** The prefix of rows that share nothing. */
    int none() {
        return Contexts.COUNT;
    }

    @Override
    public void close() {
        prefixes.close();
    }
}
