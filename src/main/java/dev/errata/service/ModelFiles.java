package dev.errata.service;

import dev.errata.delta.Digest;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.Contexts;
import dev.errata.memit.Covariance;
import dev.errata.memit.CovarianceFile;
import dev.errata.memit.HyperParameters;
import dev.errata.memit.KnownModel;
import dev.errata.memit.Priors;
import dev.errata.memit.PublishedMoments;
import dev.errata.memit.StopRule;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.ModelConfig;
import dev.errata.worker.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * What lies beside a model: hyper-parameters, contexts, covariance, a fixed text. What is missing and can be made is made once and kept
 * in the state directory.
 */
public record ModelFiles(Settings settings) {
    private static final Logger LOG = Logger.getLogger(ModelFiles.class);
    private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(1);

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

    /** Where the covariance is kept that was computed here, or lies beside the model. */
    Path covarianceFile() {
        Path shipped = beside("covariance.safetensors");
        return Files.exists(shipped) ? shipped : kept("covariance.safetensors");
    }

    /** Given; else loaded if it is there, and refused if it does not fit; else computed from the text. */
    public Covariance covariance(CausalLm model, HyperParameters parameters) {
        if (settings.covariance().file().isPresent()) {
            return given(settings.covariance().file().get(), model, parameters);
        }
        Path text = settings.covariance().text().orElse(beside("covariance.txt"));
        if (!Files.isRegularFile(text)) {
            throw new ErrataException(
                    Failure.SETTING_INVALID,
                    "covariance text: " + text + " is not there (expected: errata.covariance.text, one document a line,"
                            + " or errata.covariance.file)");
        }
        StopRule rule = stopRule(model);
        Path file = covarianceFile();
        if (Files.exists(file)) {
            return CovarianceFile.load(file, model, text, rule, parameters.layers());
        }
        return computed(text, rule, file, model, parameters);
    }

    private static Covariance given(Path file, CausalLm model, HyperParameters parameters) {
        if (!Files.exists(file)) {
            throw new ErrataException(
                    Failure.SETTING_INVALID,
                    "errata.covariance.file: " + file + " is not there (expected: a file, or a directory of .npz)");
        }
        if (!file.toString().endsWith(".safetensors")) {
            LOG.infof("covariance from %s: published sums name neither model nor text; that they fit is your word", file);
            return PublishedMoments.load(file, model, parameters.layers());
        }
        return CovarianceFile.load(file, model, parameters.layers());
    }

    private Covariance computed(Path text, StopRule rule, Path file, CausalLm model, HyperParameters parameters) {
        LOG.infof("computing the covariance of blocks %s over %s", parameters.layers(), text);
        long start = System.nanoTime();
        Path partial = kept("covariance.partial.safetensors");
        Covariance covariance =
                Covariance.resume(model, text, rule, parameters.layers(), partial, CHECKPOINT_EVERY, new CovarianceProgress());
        CovarianceFile.save(covariance, file);
        delete(partial);
        LOG.infof(
                "covariance over %d tokens in %.1f s, standard error %.3f, kept in %s",
                covariance.tokens(), (System.nanoTime() - start) / 1e9, covariance.standardError(), file);
        if (!(covariance.standardError() <= rule.error()) && rule.error() > 0) {
            LOG.warnf(
                    "covariance: standard error %.3f at the end of the text or of the tokens read (expected: %s or less);"
                            + " a longer text, or a larger errata.covariance.max-tokens, preserves more",
                    covariance.standardError(), rule.error());
        }
        return covariance;
    }

    /** P₀ of every edited block: kept from before, else inverted and kept. */
    Priors priors(CausalLm model, HyperParameters parameters, Covariance covariance) {
        long start = System.nanoTime();
        Priors priors = new Priors(model, parameters, covariance, Optional.of(kept("priors")));
        priors.warnings().forEach(LOG::warn);
        LOG.infof("inverse covariances in %.1f s, inverted anew: blocks %s", (System.nanoTime() - start) / 1e9, priors.inverted());
        return priors;
    }

    private StopRule stopRule(CausalLm model) {
        OptionalLong asked = settings.covariance().maxTokens();
        if (asked.isEmpty()) {
            return StopRule.converged(model.config().keyWidth());
        }
        return asked.getAsLong() == 0 ? StopRule.ALL : StopRule.tokens(asked.getAsLong());
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text that drift is measured on, if there is one. */
    public Optional<Path> evaluationText() {
        if (settings.evaluation().text().isPresent()) {
            return settings.evaluation().text();
        }
        return Optional.of(beside("wiki_heldout.txt")).filter(Files::exists);
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
