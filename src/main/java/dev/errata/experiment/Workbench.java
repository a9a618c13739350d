package dev.errata.experiment;

import dev.errata.delta.Digest;
import dev.errata.evaluation.FixedText;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.Contexts;
import dev.errata.memit.Covariance;
import dev.errata.memit.Editor;
import dev.errata.memit.EditorSettings;
import dev.errata.memit.EditorSettings.Anchor;
import dev.errata.memit.HyperParameters;
import dev.errata.memit.TargetStore;
import dev.errata.service.ModelFiles;
import dev.errata.service.Wiring;
import dev.errata.transformer.CausalLm;
import dev.errata.worker.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model with everything that editing it needs, without log, broker or service: what one process has to itself.
 *
 * <p>What can be made and kept is kept below {@code errata.state.dir}, in {@code local}, under the digest of what it is made from: another
 * text, number of tokens or set of layers is another place, never a conflict.
 *
 * <h2>Thread safety</h2> One thread.
 */
public final class Workbench implements AutoCloseable {
    private static final int KEY_CHARS = 12;

    private final Configuration configuration;
    private final Settings settings;
    private final HyperParameters parameters;
    private final CausalLm model;
    private final Optional<Path> text;

    private Workbench(
            Configuration configuration, Settings settings, HyperParameters parameters, CausalLm model, Optional<Path> text) {
        this.configuration = configuration;
        this.settings = settings;
        this.parameters = parameters;
        this.model = model;
        this.text = text;
    }

    /**
     * Loads the model that the configuration names; anything wrong with it is a coded error.
     *
     * @param texts read for the covariance one after the other instead of the configured one; may be empty
     */
    public static Workbench open(Configuration configuration, List<Path> texts) {
        Settings settings = configuration.with(Map.of());
        HyperParameters parameters = new ModelFiles(settings).hyperParameters();
        return open(configuration, settings, parameters, texts);
    }

    /** The same for a model whose hyper-parameters are still to be found: these stand for them. */
    static Workbench open(Configuration configuration, HyperParameters parameters, List<Path> texts) {
        return open(configuration, configuration.with(Map.of()), parameters, texts);
    }

    private static Workbench open(Configuration configuration, Settings settings, HyperParameters parameters, List<Path> texts) {
        Optional<Path> text = together(texts, settings);
        CausalLm model = CausalLm.load(settings.modelDirectory(), settings.device());
        try {
            parameters.requireWithin(model.config().blocks());
            return new Workbench(configuration, settings, parameters, model, text);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** A covariance is of one file; several become one, kept under its digest. */
    private static Optional<Path> together(List<Path> texts, Settings settings) {
        if (texts.size() < 2) {
            return texts.stream().findFirst();
        }
        try {
            Path directory = Files.createDirectories(local(settings).resolve("texts"));
            Path half = Files.createTempFile(directory, "text", ".half");
            try {
                try (var out = Files.newOutputStream(half)) {
                    for (Path text : texts) {
                        Files.copy(text, out);
                        out.write('\n');
                    }
                }
                Path whole = directory.resolve(Digest.sha256(half).substring(0, KEY_CHARS) + ".txt");
                if (!Files.exists(whole)) {
                    Files.move(half, whole);
                }
                return Optional.of(whole);
            } finally {
                Files.deleteIfExists(half);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path local(Settings settings) {
        return settings.state().dir().resolve("local");
    }

    public CausalLm model() {
        return model;
    }

    public Settings settings() {
        return settings;
    }

    public HyperParameters parameters() {
        return parameters;
    }

    /** The device that the model is on, as the engine names it. */
    public String device() {
        return model.manager().getDevice().toString();
    }

    /** Given, beside the model, or generated and kept. */
    public Contexts contexts() {
        return files(List.of()).contexts(model);
    }

    /** Of these blocks: kept from before, or computed over the text and kept. */
    public Covariance covariance(Collection<Integer> blocks) {
        return files(blocks).covariance(model, withLayers(parameters, List.copyOf(blocks)));
    }

    /** An editor with the configured hyper-parameters; close it. */
    public Editor editor() {
        return editor(parameters, covariance(parameters.layers()));
    }

    /** An editor with others; close it. */
    public Editor editor(HyperParameters with, Covariance covariance) {
        return editor(with, covariance, TargetStore.NONE);
    }

    /** The same with a place where targets are kept. */
    Editor editor(HyperParameters with, Covariance covariance, TargetStore store) {
        return new Editor(model, with, contexts(), covariance, new Wiring(settings).editor(), store);
    }

    /** An editor with the configured hyper-parameters that searches targets on these weights and keeps them there; close it. */
    Editor editor(Covariance covariance, Anchor anchor, TargetStore store) {
        EditorSettings configured = new Wiring(settings).editor();
        EditorSettings with = new EditorSettings(configured.maxNll(), configured.memory(), anchor);
        return new Editor(model, parameters, contexts(), covariance, with, store);
    }

    /**
     * The text that perplexity is measured on, as much of it as is configured.
     *
     * @throws ErrataException SETTING_INVALID when there is none
     */
    FixedText fixedText() {
        return fixedText(settings.evaluation().tokens())
                .orElseThrow(() -> new ErrataException(
                        Failure.SETTING_INVALID,
                        "errata.evaluation.text: none, and no wiki_heldout.txt beside the model (expected: a text for perplexity)"));
    }

    /** The text that perplexity is measured on, if there is one. */
    public Optional<FixedText> fixedText(int tokens) {
        return files(List.of()).evaluationText().map(file -> FixedText.read(model, file, tokens));
    }

    private ModelFiles files(Collection<Integer> blocks) {
        Path source = text.or(() -> settings.covariance().text()).orElse(settings.modelDirectory().resolve("covariance.txt"));
        String madeFrom = String.join(
                "\n",
                model.digest(),
                Files.isRegularFile(source) ? Digest.sha256(source) : "",
                settings.covariance().maxTokens().toString(),
                blocks.toString());
        String key = Digest.sha256(madeFrom.getBytes(StandardCharsets.UTF_8)).substring(0, KEY_CHARS);
        return new ModelFiles(configuration.with(Map.of(
                "errata.state.dir", local(settings).resolve(key).toString(),
                "errata.covariance.text", source.toString())));
    }

    static HyperParameters withLayers(HyperParameters parameters, List<Integer> layers) {
        return new HyperParameters(
                layers,
                parameters.steps(),
                parameters.learningRate(),
                parameters.lossLayer(),
                parameters.weightDecay(),
                parameters.clampNormFactor(),
                parameters.klFactor(),
                parameters.covarianceWeight());
    }

    @Override
    public void close() {
        model.close();
    }
}
