package dev.errata.memit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.fact.Relation;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.CausalLm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The six context templates (method.md §3): the plain prompt and five pieces of text that come before it.
 *
 * <p>A fact must hold wherever its subject stands, so targets and keys are found behind several texts at once. The five are sampled from
 * the model; they are generated once, with a fixed seed, and then kept with the model, since every target depends on them.
 *
 * <h2>Thread safety</h2> Immutable.
 *
 * @param templates six, each with exactly one {@code {}} for the prompt; the first is {@code {}} itself
 */
public record Contexts(List<String> templates) {
    /** How many templates there are: the plain prompt and one for each seed word. */
    public static final int COUNT = 6;

    private static final ObjectMapper JSON = new ObjectMapper();

    public Contexts {
        templates = List.copyOf(templates);
        require(templates.size() == COUNT, templates.size() + " templates", COUNT + " of them");
        require(templates.get(0).equals(Relation.HOLE), "first template \"" + templates.get(0) + "\"", "{}");
        for (String template : templates) {
            int first = template.indexOf(Relation.HOLE);
            require(first >= 0 && first == template.lastIndexOf(Relation.HOLE), "template \"" + template + "\"", "exactly one {}");
        }
    }

    /**
     * What the template at {@code index} counts in a key (method.md §5): the mean of the plain prompt and the mean of the others, so ½
     * and 1/10 each, not 1/6.
     */
    public static double weight(int index) {
        return index == 0 ? 0.5 : 0.5 / (COUNT - 1);
    }

    /** Samples contexts from the base model with a fixed seed; keep them with the model, since another device may sample others. */
    public static Contexts generate(CausalLm lm) {
        return ContextSampling.sample(lm);
    }

    /** Reads a list of six templates, or the reference's list of lists. CONTEXTS_INVALID when it is neither. */
    public static Contexts read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (ErrataException e) {
            throw new ErrataException(e.failure(), file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw invalid(file + ": cannot be read: " + e.getMessage() + " (expected: six templates as JSON)", e);
        }
    }

    /** Parses {@code ["{}", "…"]} or the reference's {@code [["{}"], ["…"]]}. */
    public static Contexts parse(String json) {
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw invalid(e.getOriginalMessage() + " (expected: six templates as JSON)", e);
        }
        require(node.isArray(), "a JSON " + node.getNodeType().name().toLowerCase(Locale.ROOT), "a list");
        List<String> templates = new ArrayList<>();
        for (JsonNode element : node) {
            for (JsonNode text : element.isArray() ? element : List.of(element)) {
                require(text.isTextual(), "template " + text, "text");
                templates.add(text.textValue());
            }
        }
        return new Contexts(templates);
    }

    /** The reference's form: {@code [["{}"], ["…", "…", "…", "…", "…"]]}. {@code parse(json())} gives the same contexts. */
    public String json() {
        try {
            return JSON.writeValueAsString(List.of(templates.subList(0, 1), templates.subList(1, COUNT)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes {@link #json()} so that a reader never sees half of it. */
    public void write(Path file) {
        try {
            Path half = Files.writeString(file.resolveSibling(file.getFileName() + ".half"), json());
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written", e);
        }
    }

    private static void require(boolean holds, String value, String expected) {
        if (!holds) {
            throw invalid(value + " (expected: " + expected + ")", null);
        }
    }

    private static ErrataException invalid(String message, Throwable cause) {
        return new ErrataException(Failure.CONTEXTS_INVALID, message, cause);
    }
}
