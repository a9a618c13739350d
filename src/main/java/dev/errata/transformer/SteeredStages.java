package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What enters and leaves each block above the change, for bundles that may be read behind different blocks; and the run through all of
 * them.
 *
 * <h2>Thread safety</h2> None. Owns its arrays.
 */
final class SteeredStages implements AutoCloseable {
    private final NDManager manager;
    private final List<SteeredBlock> blocks;
    private final List<Bundle> bundles;
    private final int from;
    private final NDArray states;
    private final Optional<FirstStage> first;
    private final Map<Integer, Stage> byBlock = new HashMap<>();

    /** @param alone whether the first block is run for the changed positions alone */
    SteeredStages(CausalLm model, List<SteeredBlock> blocks, int from, boolean alone, List<Bundle> bundles, NDManager manager) {
        this.manager = manager;
        this.blocks = blocks;
        this.bundles = List.copyOf(bundles);
        this.from = from;
        NDList changed = new NDList();
        for (Bundle bundle : bundles) {
            changed.add(Views.between(bundle.ends(), 1, 0, 1, manager).squeeze(1));
        }
        states = NDArrays.concat(changed);
        states.attach(manager);
        List<Block> layers = model.transformer().blocks();
        first = alone
                ? Optional.of(new FirstStage(layers.get(from).attention(), this.bundles, model.config().width(), manager))
                : Optional.empty();
        int to = bundles.stream().mapToInt(Bundle::until).max().orElseThrow();
        Stage through = null;
        for (int block = alone ? from + 1 : from; block <= to; block++) {
            int number = block;
            List<Bundle> there = bundles.stream().filter(bundle -> bundle.until() >= number).toList();
            Packing leaving = Packing.leaving(there, block);
            if (through == null || !through.same() || !leaving.whole() || through.bundles().size() != there.size()) {
                through = new Stage(layers.get(block).attention(), Packing.ends(there), leaving, manager);
            }
            byBlock.put(block, through);
        }
    }

    /** The states that are changed, before any change, (rows, d). */
    NDArray states() {
        return states;
    }

    /**
     * @param changed the changed states, (rows, d)
     * @return the residual streams that are read, row after row, (scored, d); the way back gives the gradient in the changed states
     */
    Traced run(NDArray changed) {
        if (first.isEmpty()) {
            Traced entered = Spread.of(bundles, from - 1).traced(changed);
            return entered.then(x -> rest(from, bundles, x));
        }
        Traced entered = blocks.get(from).first(changed, first.get());
        return entered.then(x -> rest(from + 1, bundles, x));
    }

    /**
     * All from one block on.
     *
     * @param there bundles that left the block before
     * @param x what left it
     * @return what is read of these bundles
     */
    private Traced rest(int block, List<Bundle> there, NDArray x) {
        List<Bundle> staying = there.stream().filter(bundle -> bundle.until() >= block).toList();
        if (staying.isEmpty()) {
            return new Traced(x, gradient -> Views.of(gradient, gradient.getManager()));
        }
        if (staying.size() < there.size()) {
            return new Parting(Packing.leaving(there, block - 1), block).traced(x, some -> rest(block, staying, some));
        }
        return blocks.get(block).traced(x, byBlock.get(block)).then(left -> rest(block + 1, there, left));
    }

    @Override
    public void close() {
        manager.close();
    }
}
