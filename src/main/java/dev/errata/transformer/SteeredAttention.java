package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
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

    /** Gradients in the changed positions' heads that come from elsewhere, added to those of a bundle. */
    interface Addition {
        Addition NONE = (bundle, gradients) -> {};

        void add(int bundle, NDList gradients);
    }

    /**
     * @param entering normed, (entering, d)
     * @param leaving normed, (leaving, d); the same array if what enters leaves
     */
    Attended traced(NDArray entering, NDArray leaving, Stage stage) {
        NDManager manager = entering.getManager();
        List<NDList> heads;
        List<Look> looks = new ArrayList<>();
        try (NDManager inner = manager.newSubManager()) {
            heads = stage.same() ? together(Views.of(entering, inner), stage) : apart(Views.of(entering, inner), Views.of(leaving, inner), stage);
            for (int b = 0; b < heads.size(); b++) {
                looks.add(Look.at(shape, heads.get(b), stage.bundles().get(b).seen(attention.block()), stage.mask(b), stage.mixed(b), manager));
            }
        }
        return new Attended(read(stage, manager), gradient -> back(gradient, looks, stage, Addition.NONE));
    }

    /** Queries, keys and values of each bundle, from one product. */
    List<NDList> together(NDArray entering, Stage stage) {
        NDManager inner = entering.getManager();
        NDArray tokens = shape.split(attention.input().apply(entering));
        stage.turnEntering().ifPresent(turn -> turn.there(Views.between(tokens, 1, 0, shape.queries() + shape.keys(), inner)));
        NDList parts = stage.entering().parts(tokens, inner);
        List<NDList> heads = new ArrayList<>();
        for (int b = 0; b < parts.size(); b++) {
            heads.add(shape.three(parts.get(b), stage.bundles().get(b).rows()));
        }
        return heads;
    }

    /** The same where fewer positions leave than enter: only they have queries. */
    private List<NDList> apart(NDArray entering, NDArray leaving, Stage stage) {
        NDManager inner = entering.getManager();
        NDArray asking = shape.split(queries.apply(leaving));
        NDArray others = shape.split(rest.apply(entering));
        stage.turnLeaving().ifPresent(turn -> turn.there(asking));
        stage.turnEntering().ifPresent(turn -> turn.there(Views.between(others, 1, 0, shape.keys(), inner)));
        NDList outs = stage.leaving().parts(asking, inner);
        NDList ins = stage.entering().parts(others, inner);
        List<NDList> heads = new ArrayList<>();
        for (int b = 0; b < ins.size(); b++) {
            int rows = stage.bundles().get(b).rows();
            NDList three = new NDList(shape.first(outs.get(b), rows));
            three.addAll(shape.two(ins.get(b), rows));
            heads.add(three);
        }
        return heads;
    }

    /** What all looks read, through the output's product. */
    NDArray read(Stage stage, NDManager manager) {
        try (NDArray mixed = stage.mixed().reshape(stage.leaving().size(), -1)) {
            NDArray value = attention.output().apply(mixed);
            value.attach(manager);
            return value;
        }
    }

    Gradients back(NDArray gradient, List<Look> looks, Stage stage, Addition addition) {
        NDManager manager = gradient.getManager();
        try (NDManager inner = manager.newSubManager()) {
            NDArray read = attention.output().back(gradient);
            read.attach(inner);
            NDList parts = stage.leaving().parts(shape.split(read), inner);
            for (int b = 0; b < looks.size(); b++) {
                looks.get(b).back(shape.first(parts.get(b), stage.bundles().get(b).rows()), stage.gradients(b));
                addition.add(b, stage.gradients(b));
            }
            if (stage.same()) {
                NDArray tokens = Views.of(stage.gradients(), inner);
                stage.turnEntering().ifPresent(turn -> turn.back(Views.between(tokens, 1, 0, shape.queries() + shape.keys(), inner)));
                return new Gradients(into(attention.input(), tokens, manager), null);
            }
            NDArray asking = Views.of(stage.queryGradients(), inner);
            NDArray others = Views.of(stage.gradients(), inner);
            stage.turnLeaving().ifPresent(turn -> turn.back(asking));
            stage.turnEntering().ifPresent(turn -> turn.back(Views.between(others, 1, 0, shape.keys(), inner)));
            return new Gradients(into(rest, others, manager), into(queries, asking, manager));
        }
    }

    private static NDArray into(Affine product, NDArray tokens, NDManager manager) {
        NDArray gradient = product.back(tokens.reshape(tokens.getShape().get(0), -1));
        gradient.attach(manager);
        return gradient;
    }
}
