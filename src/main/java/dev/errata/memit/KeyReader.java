package dev.errata.memit;

import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.PrefixedPass;
import dev.errata.transformer.SharedPrefixes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Reads keys and current states of some facts again and again, while an edit goes up from block to block (method.md §19).
 *
 * <p>Rows end at their subjects, what they begin with in each context is run once for all, and what enters a block that was just edited is
 * kept, so that blocks below it do not run again.
 *
 * <h2>Memory</h2> About as much as it is given: facts beyond that are run from the first block each time.
 * <h2>Thread safety</h2> None.
 */
final class KeyReader implements AutoCloseable {
    /** Facts of one pass, of which as many run side by side as there are cores. */
    private static final int TOGETHER = 16;

    private final CausalLm lm;
    private final List<FactRows> facts;
    private final List<long[]> texts;
    private final int last;
    private final Map<Integer, PrefixedPass> kept = new ConcurrentHashMap<>();
    private final AtomicLong left;
    private final EngineThreads workers;

    /**
     * @param last L
     * @param memory bytes on the device that may be kept between reads
     */
    KeyReader(CausalLm lm, List<FactRows> facts, int last, long memory) {
        this.lm = lm;
        this.facts = List.copyOf(facts);
        this.texts = SharedTexts.of(facts);
        this.last = last;
        this.left = new AtomicLong(memory);
        this.workers = EngineThreads.of(lm);
    }

    /**
     * Keys of some blocks and states behind L.
     *
     * @param keys ascending; from the first of them on weights may change until the next read, and blocks before it are read no more
     * @param overlay the weights as they are now
     */
    KeysAndState read(List<Integer> keys, Overlay overlay) {
        KeysAndState all = KeysAndState.room(facts.size(), keys, lm.config().keyWidth(), lm.config().width());
        try (SharedPrefixes prefixes = SharedPrefixes.of(lm, texts, last + 1, overlay)) {
            workers.each(IntStream.range(0, (facts.size() + TOGETHER - 1) / TOGETHER).boxed().toList(), chunk -> {
                PrefixedPass pass = kept.containsKey(chunk) ? kept.get(chunk) : begin(chunk, prefixes);
                pass.run(keys.get(0), last + 1, keys, prefixes, overlay, all.from(chunk * TOGETHER));
                if (!kept.containsKey(chunk)) {
                    pass.close();
                }
                return chunk;
            });
        }
        return all;
    }

    private PrefixedPass begin(int chunk, SharedPrefixes prefixes) {
        List<PrefixedPass.Row> rows = new ArrayList<>();
        long tokens = 0;
        for (FactRows fact : facts.subList(chunk * TOGETHER, Math.min(facts.size(), (chunk + 1) * TOGETHER))) {
            for (int context = 0; context < Contexts.COUNT; context++) {
                long[] ids = fact.keyRows().get(context).upToSubject();
                rows.add(new PrefixedPass.Row(ids, context));
                tokens += ids.length;
            }
        }
        PrefixedPass pass = PrefixedPass.begin(lm, rows, prefixes);
        long bytes = tokens * lm.config().width() * Float.BYTES;
        if (left.addAndGet(-bytes) >= 0) {
            kept.put(chunk, pass);
        } else {
            left.addAndGet(bytes);
        }
        return pass;
    }

    @Override
    public void close() {
        workers.close();
        kept.values().forEach(PrefixedPass::close);
    }
}
