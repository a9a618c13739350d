package dev.errata.memit;

import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.SharedPrefixes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens that all facts of a batch have before them in each context: run once for all of them.
 *
 * <p>They are found among the rows' tokens, not made from the contexts' text, so they are right however a tokenizer treats the border.
 *
 * <h2>Thread safety</h2> Immutable; close it when the batch is done.
 */
record SharedTexts(SharedPrefixes prefixes) implements AutoCloseable {

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

    /** What all rows begin with, at most up to the first subject's last token; nothing if there is only one row. */
    private static long[] shared(List<FactRows.Row> rows) {
        long[] first = rows.get(0).ids();
        int length = rows.size() == 1 ? 0 : rows.stream().mapToInt(FactRows.Row::subject).min().orElseThrow();
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
