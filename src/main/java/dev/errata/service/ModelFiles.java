package dev.errata.service;

import dev.errata.delta.Digest;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.Contexts;
import dev.errata.memit.Covariance;
import dev.errata.memit.HyperParameters;
import dev.errata.memit.KnownModel;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.ModelConfig;
import dev.errata.worker.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * What lies beside a model: hyper-parameters, contexts, covariance, a fixed text. What is missing and can be made is made once and kept
 * in the state directory.
 */
public record ModelFiles(Settings settings) {
    private static final Logger LOG = Logger.getLogger(ModelFiles.class);
    private static final long TOKENS_PER_DIMENSION = 20;
    private static final long PROGRESS_NANOS = 5_000_000_000L;

    /** Given, else beside the model, else what is known for a model of its architecture and size. */
    public HyperParameters hyperParameters() {
        return hyperParametersFile().map(HyperParameters::read).orElseGet(() -> {
            KnownModel known = known();
            LOG.infof("hyper-parameters: those of %s", known.name());
            return HyperParameters.parse(known.hyperParameters());
        });
    }

    /** Of the file or the known parameters that {@link #hyperParameters} read. */
    String hyperParametersDigest() {
        return hyperParametersFile()
                .map(Digest::sha256)
                .orElseGet(() -> Digest.sha256(known().hyperParameters().getBytes(StandardCharsets.UTF_8)));
    }

    private Optional<Path> hyperParametersFile() {
        return settings.model().hparams().or(() -> Optional.of(beside("hparams.json")).filter(Files::exists));
    }

    private KnownModel known() {
        ModelConfig config = ModelConfig.read(settings.modelDirectory());
        return KnownModel.of(config).orElseThrow(() -> new ErrataException(
                Failure.HYPER_PARAMETERS_INVALID,
                beside("hparams.json") + " is not there, and none are known for %s with %d blocks, width %d and vocabulary %d"
                                .formatted(config.modelType(), config.blocks(), config.width(), config.vocabulary())
                        + " (expected: errata.model.hparams, that file, or a model of the sizes of "
                        + KnownModel.all().stream().map(KnownModel::name).collect(Collectors.joining(", ")) + ")"));
    }

    /** Given, else beside the model, else kept from before, else generated. */
    public Contexts contexts(CausalLm model) {
        if (settings.model().contexts().isPresent()) {
            return Contexts.read(settings.model().contexts().get());
        }
        if (Files.exists(beside("contexts.json"))) {
            return Contexts.read(beside("contexts.json"));
        }
        Path kept = kept("contexts.json");
        if (!Files.exists(kept)) {
            LOG.infof("generating context templates into %s", kept);
            Contexts.generate(model).write(kept);
        }
        return Contexts.read(kept);
    }

    Path covarianceFile() {
        Path shipped = beside("covariance.safetensors");
        return Files.exists(shipped) ? shipped : kept("covariance.safetensors");
    }

    /** Loaded if it is there, and refused if it does not fit; else computed from the text. */
    public Covariance covariance(CausalLm model, HyperParameters parameters) {
        Path text = settings.covariance().text().orElse(beside("covariance.txt"));
        if (!Files.isRegularFile(text)) {
            throw new ErrataException(
                    Failure.SETTING_INVALID,
                    "covariance text: " + text + " is not there (expected: errata.covariance.text, one document a line)");
        }
        Path file = covarianceFile();
        if (Files.exists(file)) {
            return Covariance.load(file, model, text, tokens(model), parameters.layers());
        }
        LOG.infof("computing the covariance of blocks %s over %s", parameters.layers(), text);
        long start = System.nanoTime();
        Covariance covariance =
                Covariance.compute(model, text, tokens(model), parameters.layers(), progress());
        covariance.save(file);
        LOG.infof("covariance over %d tokens in %.1f s, kept in %s", covariance.tokens(), (System.nanoTime() - start) / 1e9, file);
        return covariance;
    }

    /** Ten tokens for each dimension of a key are the literature's figure for a good covariance; the default doubles it. */
    private OptionalLong tokens(CausalLm model) {
        OptionalLong asked = settings.covariance().maxTokens();
        if (asked.isEmpty()) {
            return OptionalLong.of(TOKENS_PER_DIMENSION * model.config().keyWidth());
        }
        return asked.getAsLong() == 0 ? OptionalLong.empty() : asked;
    }

    /** The text that drift is measured on, if there is one. */
    public Optional<Path> evaluationText() {
        if (settings.evaluation().text().isPresent()) {
            return settings.evaluation().text();
        }
        return Optional.of(beside("wiki_heldout.txt")).filter(Files::exists);
    }

    private static LongConsumer progress() {
        long[] next = {System.nanoTime() + PROGRESS_NANOS};
        return tokens -> {
            if (System.nanoTime() > next[0]) {
                next[0] = System.nanoTime() + PROGRESS_NANOS;
                LOG.infof("covariance: %d tokens so far", tokens);
            }
        };
    }

    private Path beside(String name) {
        return settings.modelDirectory().resolve(name);
    }

    private Path kept(String name) {
        try {
            return Files.createDirectories(settings.modelState()).resolve(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
