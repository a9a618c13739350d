package dev.errata.memit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * MEMIT's hyper-parameters, as the reference's {@code hparams/MEMIT/*.json} name them.
 *
 * <p>Files written for the reference load as they are; fields that MEMIT does not read ({@code rewrite_module_tmp},
 * {@code mom2_dataset} and the like) are passed over. Values are checked here so that a typing error is refused before a model is loaded
 * rather than found in its weights.
 *
 * <h2>Thread safety</h2> Immutable.
 *
 * @param layers {@code layers}: the edited blocks, ascending and distinct, from 0; targets are taken at the last one
 * @param steps {@code v_num_grad_steps}: forward passes of a target search; one less updates, at least 1
 * @param learningRate {@code v_lr}: Adam's step, above 0
 * @param lossLayer {@code v_loss_layer}: the block whose output is scored; a block before the last edited one means that one
 * @param weightDecay {@code v_weight_decay}: factor of the norm term, 0 or more
 * @param clampNormFactor {@code clamp_norm_factor}: largest norm of a target's change as a multiple of the state's norm, above 0
 * @param klFactor {@code kl_factor}: factor of the divergence term, 0 or more
 * @param covarianceWeight {@code mom2_update_weight}: λ, the weight of the mean second moment of keys, above 0
 */
public record HyperParameters(
        List<Integer> layers,
        int steps,
        double learningRate,
        int lossLayer,
        double weightDecay,
        double clampNormFactor,
        double klFactor,
        double covarianceWeight) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public HyperParameters {
        layers = List.copyOf(layers);
        require(!layers.isEmpty() && layers.get(0) >= 0 && ascending(layers), "layers", layers, "block numbers from 0, ascending");
        require(steps >= 1, "v_num_grad_steps", steps, "1 or more");
        require(positive(learningRate), "v_lr", learningRate, "a number above 0");
        require(lossLayer >= 0, "v_loss_layer", lossLayer, "a block number from 0");
        require(notNegative(weightDecay), "v_weight_decay", weightDecay, "a number from 0");
        require(positive(clampNormFactor), "clamp_norm_factor", clampNormFactor, "a number above 0");
        require(notNegative(klFactor), "kl_factor", klFactor, "a number from 0");
        require(positive(covarianceWeight), "mom2_update_weight", covarianceWeight, "a number above 0");
    }

    /** Reads a file of the reference. HYPER_PARAMETERS_INVALID when it cannot be read, lacks a field or holds a value out of range. */
    public static HyperParameters read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (ErrataException e) {
            throw new ErrataException(e.failure(), file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw invalid(file + ": cannot be read: " + e.getMessage() + " (expected: MEMIT hyper-parameters as JSON)", e);
        }
    }

    /** Reads the reference's JSON. */
    public static HyperParameters parse(String json) {
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw invalid(e.getOriginalMessage() + " (expected: MEMIT hyper-parameters as JSON)", e);
        }
        JsonNode token = node.path("fact_token");
        require(token.isMissingNode() || token.asText().equals("subject_last"), "fact_token", token, "subject_last");
        JsonNode layers = field(node, "layers");
        require(layers.isArray(), "layers", layers, "a list of block numbers");
        List<Integer> blocks = new ArrayList<>();
        layers.forEach(layer -> blocks.add(integer(layer, "layers")));
        return new HyperParameters(
                blocks,
                integer(field(node, "v_num_grad_steps"), "v_num_grad_steps"),
                number(node, "v_lr"),
                integer(field(node, "v_loss_layer"), "v_loss_layer"),
                number(node, "v_weight_decay"),
                number(node, "clamp_norm_factor"),
                number(node, "kl_factor"),
                number(node, "mom2_update_weight"));
    }

    /** L: the last edited block, at whose output targets are taken. */
    public int lastLayer() {
        return layers.get(layers.size() - 1);
    }

    /** The block whose output is scored: {@code max(v_loss_layer, L)}, since a change at L cannot be seen before L. */
    public int scoredLayer() {
        return Math.max(lossLayer, lastLayer());
    }

    /** Refuses layers that a model with so many blocks does not have. */
    public void requireWithin(int blocks) {
        require(lastLayer() < blocks, "layers", layers, "blocks below " + blocks + ", which is how many the model has");
        require(lossLayer < blocks, "v_loss_layer", lossLayer, "a block below " + blocks + ", which is how many the model has");
    }

    private static boolean ascending(List<Integer> layers) {
        for (int i = 1; i < layers.size(); i++) {
            if (layers.get(i) <= layers.get(i - 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean positive(double value) {
        return value > 0 && Double.isFinite(value);
    }

    private static boolean notNegative(double value) {
        return value >= 0 && Double.isFinite(value);
    }

    private static JsonNode field(JsonNode node, String name) {
        JsonNode value = node.path(name);
        require(!value.isMissingNode(), name, "missing", "a value");
        return value;
    }

    private static int integer(JsonNode value, String name) {
        require(value.isIntegralNumber() && value.canConvertToInt(), name, value, "a whole number");
        return value.intValue();
    }

    private static double number(JsonNode node, String name) {
        JsonNode value = field(node, name);
        require(value.isNumber(), name, value, "a number");
        return value.doubleValue();
    }

    private static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw invalid(name + ": " + value + " (expected: " + expected + ")", null);
        }
    }

    private static ErrataException invalid(String message, Throwable cause) {
        return new ErrataException(Failure.HYPER_PARAMETERS_INVALID, message, cause);
    }
}
