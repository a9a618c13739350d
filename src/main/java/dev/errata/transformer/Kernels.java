package dev.errata.transformer;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.errata.torchscript.Script;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a step of {@link Steering} is made of: products, norms, activations, turns and looks, each with the way back written down. No tape
 * records them.
 *
 * <p>On a CPU products go to oneDNN, which uses the widest vectors of any maker's processor; the engine's usual library does so only on
 * its own maker's, and is two to three times slower on others (docs/performance.md). Both compute in fp32.
 *
 * <h2>Thread safety</h2> Safe.
 */
final class Kernels {
    private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);
    private static final Script STEERING = Script.load("Steering");
    private static final Script PLAIN = Script.load("PlainProducts");
    private static final Script ON_CPU = onCpu();

    private Kernels() {}

    private static Script onCpu() {
        try {
            return Script.load("OneDnnProducts");
        } catch (EngineException e) {
            LOG.info("Products by the engine's usual library: this build has no oneDNN ({})", e.getMessage());
            return PLAIN;
        }
    }

    private static Script products(NDArray x) {
        return x.getDevice().isGpu() ? PLAIN : ON_CPU;
    }

    /**
     * W x + b, (…, in) to (…, out).
     *
     * @param weight (out, in), or what {@link #packed} made of it
     * @param bias (out), or null for none
     */
    static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
        return bias == null
                ? products(x).tensor(x.getManager(), "linear_without_bias", x, weight)
                : products(x).tensor(x.getManager(), "linear", x, weight, bias);
    }

    /** A weight as {@link #linear} likes it best, attached to the same manager; it is good for nothing else. */
    static NDArray packed(NDArray weight) {
        Script products = products(weight);
        return products == PLAIN ? weight : products.tensor(weight.getManager(), "packed", weight);
    }

    /** The gradient in x (n, in) by that in the value (n, out). */
    static NDArray linearBack(NDArray gradient, NDArray weight) {
        return products(gradient).tensor(gradient.getManager(), "linear_back", gradient, weight);
    }

    /**
     * Adds in place. What kernels give may be changed by kernels alone: the engine counts it as made for inference.
     *
     * @return x
     */
    static NDArray add(NDArray x, NDArray... summands) {
        run("add_to", x, new NDList(summands));
        return x;
    }

    /** A method of one tensor and some more, to one of the same manager. */
    static NDArray tensor(String method, NDArray x, Object... more) {
        return STEERING.tensor(x.getManager(), method, with(x, more));
    }

    /** The same to several. */
    static NDList tensors(String method, NDArray x, Object... more) {
        return STEERING.tensors(x.getManager(), method, with(x, more));
    }

    /** A method that writes into its arguments. */
    static void run(String method, Object... arguments) {
        STEERING.run(method, arguments);
    }

    private static Object[] with(NDArray x, Object... more) {
        Object[] all = new Object[more.length + 1];
        all[0] = x;
        System.arraycopy(more, 0, all, 1, more.length);
        return all;
    }
}
