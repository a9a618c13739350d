package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.function.Function;

/**
 * Attention of one block over bundles, and the way back: products over all tokens at once, looks bundle by bundle.
 *
 * <h2>Thread safety</h2> None; one step at a time goes through a stage.
 */
final class SteeredAttention {
    private final SelfAttention attention;
    private final Heads shape;
    private final Affine queries;
    private final Affine rest;

    /** @param manager of views of the weights */
    SteeredAttention(SelfAttention attention, NDManager manager) {
        this.attention = attention;
        this.shape = attention.shape();
        int border = shape.queries() * shape.size();
        this.queries = attention.input().outputs(0, border, manager);
        this.rest = attention.input().outputs(border, shape.all() * shape.size(), manager);
    }

    /**
     * What attention adds, and the way back.
     *
     * @param value (leaving, d)
     * @param back from the gradient in it to that in what entered and in what left
     */
    record Attended(NDArray value, Function<NDArray, Gradients> back) {}

    /**
     * @param entering (entering, d)
     * @param leaving (leaving, d); null if what enters leaves, and then its part is in the other
     */
    record Gradients(NDArray entering, NDArray leaving) {}

    /**
     * Queries, keys and values of what enters, turned, and what the way back needs.
     *
     * @param tokens (n, heads · head dim); keys and values, behind queries if these are of the same positions
     */
    record Looks(NDArray tokens, NDList kept) {}

    /**
     * @param entering normed, (entering, d)
     * @param leaving normed, (leaving, d); the same array if what enters leaves
     */
    Attended traced(NDArray entering, NDArray leaving, Stage stage) {
        if (stage.same()) {
            Looks looks = look(entering, stage);
            looks.tokens().close();
            return new Attended(read(stage, entering.getManager()), gradient -> {
                lookBack(gradient, looks.kept(), stage);
                return new Gradients(back(stage, gradient.getManager()), null);
            });
        }
        NDList kept;
        try (NDArray asking = queries.apply(leaving); NDArray telling = rest.apply(entering)) {
            stage.turnLeaving().ifPresent(turn -> turn.there(asking, shape.queries(), shape.size()));
            stage.turnEntering().ifPresent(turn -> turn.there(telling, shape.keys(), shape.size()));
            kept = look(asking, telling, stage);
        }
        return new Attended(read(stage, entering.getManager()), gradient -> {
            lookBack(gradient, kept, stage);
            stage.turnLeaving().ifPresent(turn -> turn.back(stage.queryGradients(), shape.queries(), shape.size()));
            stage.turnEntering().ifPresent(turn -> turn.back(stage.gradients(), shape.keys(), shape.size()));
            NDManager manager = gradient.getManager();
            return new Gradients(into(rest, stage.gradients(), manager), into(queries, stage.queryGradients(), manager));
        });
    }

    /** Where what enters leaves: one product for queries, keys and values. */
    Looks look(NDArray entering, Stage stage) {
        NDArray tokens = attention.input().apply(entering);
        stage.turnEntering().ifPresent(turn -> turn.there(tokens, shape.queries() + shape.keys(), shape.size()));
        return new Looks(tokens, look(tokens, tokens, stage));
    }

    private NDList look(NDArray asking, NDArray telling, Stage stage) {
        int block = attention.block();
        return Kernels.tensors(
                "attend", asking, telling, stage.keys(block), stage.values(block), stage.masks(), stage.widths(), shape.scale(),
                stage.mixed());
    }

    /** What all looks read, through the output's product. */
    NDArray read(Stage stage, NDManager manager) {
        return into(manager, stage.mixed(), attention.output()::apply);
    }

    /** Back to gradients in queries, keys and values, which lie in the stage then. */
    void lookBack(NDArray gradient, NDList kept, Stage stage) {
        int block = attention.block();
        try (kept; NDArray read = attention.output().back(gradient)) {
            Kernels.run(
                    "attend_back", read, kept, stage.keys(block), stage.values(block), stage.widths(), shape.scale(),
                    stage.queryGradients(), stage.gradients());
        }
    }

    /** From there to the gradient in what entered, where that leaves. */
    NDArray back(Stage stage, NDManager manager) {
        stage.turnEntering().ifPresent(turn -> turn.back(stage.gradients(), shape.queries() + shape.keys(), shape.size()));
        return into(attention.input(), stage.gradients(), manager);
    }

    private static NDArray into(Affine product, NDArray tokens, NDManager manager) {
        return into(manager, tokens, product::back);
    }

    private static NDArray into(NDManager manager, NDArray room, Function<NDArray, NDArray> product) {
        NDArray result = product.apply(room);
        result.attach(manager);
        return result;
    }
}
