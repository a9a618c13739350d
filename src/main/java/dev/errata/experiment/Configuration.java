package dev.errata.experiment;

import dev.errata.worker.Settings;
import java.util.Map;

/** The settings of this process, some of which an experiment sets itself. */
@FunctionalInterface
public interface Configuration {
    /** @param set {@code errata.*} properties that stand above all others */
    Settings with(Map<String, String> set);
}
