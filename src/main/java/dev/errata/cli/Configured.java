package dev.errata.cli;

import dev.errata.worker.Settings;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The settings as Quarkus will see them, for what must be decided before it starts: system properties, environment,
 * {@code config/application.properties}, defaults.
 */
public final class Configured {
    static final String BOOTSTRAP_SERVERS = "errata.kafka.bootstrap-servers";
    private static final Path FILE = Path.of("config", "application.properties");
    private static final int FILE_ORDINAL = 260;
    /** Above system properties. */
    private static final int GIVEN_ORDINAL = 500;

    private final SmallRyeConfig config;

    private Configured(SmallRyeConfig config) {
        this.config = config;
    }

    /** @throws CliException BAD_INPUT for a setting that cannot have its value */
    public static Configured now() {
        return with(Map.of());
    }

    /** The same with settings of a command line above all others. */
    static Configured with(Map<String, String> given) {
        try {
            SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                    .addDefaultInterceptors()
                    .addDefaultSources()
                    // Quarkus' own, for durations such as 5s.
                    .addDiscoveredConverters()
                    .withMapping(Settings.class)
                    .withSources(new PropertiesConfigSource(given, "command line", GIVEN_ORDINAL))
                    .withValidateUnknown(false);
            if (Files.exists(FILE)) {
                builder.withSources(new PropertiesConfigSource(FILE.toUri().toURL(), FILE_ORDINAL));
            }
            return new Configured(builder.build());
        } catch (IOException e) {
            throw new CliException(ExitCode.BAD_INPUT, "cannot read " + FILE + ": " + e, e);
        } catch (RuntimeException e) {
            throw new CliException(ExitCode.BAD_INPUT, e.getMessage().replaceAll("\\s*\n\\s*", " "), e);
        }
    }

    public Settings settings() {
        return config.getConfigMapping(Settings.class);
    }

    /** Whether somebody chose the value, even if it is the default. */
    boolean isChosen(String name) {
        return config.getConfigValue(name).getConfigSourceOrdinal() > Integer.MIN_VALUE;
    }
}
