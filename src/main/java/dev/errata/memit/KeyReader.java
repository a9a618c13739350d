package dev.errata.memit;

import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.PrefixedPass;
import dev.errata.transformer.SharedPrefixes;
import java.util.ArrayList;
import java.util.Comparator;
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
    /** Facts of one pass at most; as many passes run side by side as there are cores. */
    private static final int TOGETHER = 64;

    private final CausalLm lm;
    private final List<FactRows> facts;
    private final List<List<Integer>> chunks;
    private final List<long[]> texts;
    private final int last;
    private final Map<List<Integer>, PrefixedPass> kept = new ConcurrentHashMap<>();
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
        this.chunks = chunks();
    }

    /** Keys of a block and states behind L, under weights that may change from this block on until the next read. */
    KeysAndState read(int block, Overlay overlay) {
        return read(block, overlay, true);
    }

    /** The same without the states: blocks above this one are not run. */
    KeysAndState readKeys(int block, Overlay overlay) {
        return read(block, overlay, false);
    }

    private KeysAndState read(int block, Overlay overlay, boolean states) {
        KeysAndState all = KeysAndState.room(facts.size(), lm.config().keyWidth(), lm.config().width());
        try (SharedPrefixes prefixes = SharedPrefixes.of(lm, texts, (states ? last : block) + 1, overlay)) {
            workers.each(chunks, chunk -> {
                PrefixedPass pass = kept.containsKey(chunk) ? kept.get(chunk) : begin(chunk, prefixes);
                all.putKeys(chunk, pass.advance(block, prefixes, overlay));
                if (states) {
                    all.putStates(chunk, pass.finish(prefixes, overlay));
                }
                if (!kept.containsKey(chunk)) {
                    pass.close();
                }
                return chunk;
            });
        }
        return all;
    }

    /** By their places, those together whose subjects are equally long: they run without padding, in few groups. */
    private List<List<Integer>> chunks() {
        List<Integer> sorted = IntStream.range(0, facts.size()).boxed()
                .sorted(Comparator.comparing(place -> facts.get(place).keyRows().get(0).subject()))
                .toList();
        int size = Math.max(1, Math.min(TOGETHER, (facts.size() + workers.threads() - 1) / workers.threads()));
        return IntStream.range(0, (facts.size() + size - 1) / size)
                .mapToObj(chunk -> sorted.subList(chunk * size, Math.min(facts.size(), (chunk + 1) * size)))
                .map(List::copyOf)
                .toList();
    }

    private PrefixedPass begin(List<Integer> chunk, SharedPrefixes prefixes) {
        List<PrefixedPass.Row> rows = new ArrayList<>();
        long tokens = 0;
        for (int place : chunk) {
            for (int context = 0; context < Contexts.COUNT; context++) {
                long[] ids = facts.get(place).keyRows().get(context).upToSubject();
                rows.add(new PrefixedPass.Row(ids, context));
                tokens += ids.length;
            }
        }
        PrefixedPass pass = PrefixedPass.begin(lm, rows, last, prefixes);
        long bytes = tokens * (lm.config().width() + lm.config().keyWidth()) * Float.BYTES;
        if (left.addAndGet(-bytes) >= 0) {
            kept.put(chunk, pass);
        } else {
            left.addAndGet(bytes);
        }
        return pass;
    }

    @Override
    public void close() {
        kept.values().forEach(PrefixedPass::close);
    }
}
