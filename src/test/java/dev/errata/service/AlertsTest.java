package dev.errata.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** An alert on a metric that nobody writes never fires. */
class AlertsTest {
    private static final Pattern METRIC = Pattern.compile("\\berrata_[a-z_]+");

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        for (Matcher metric = METRIC.matcher(text); metric.find(); ) {
            names.add(metric.group());
        }
        return names;
    }

    @Test
    void shouldNameOnlyMetricsThatAProcessShowsFromItsStart() throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new Meters(registry, Clock.systemUTC());
        String alerts = Files.readString(Path.of("deploy/prometheus/alerts.yaml"));
        String expressions = alerts.lines().filter(line -> line.strip().startsWith("expr:")).collect(Collectors.joining("\n"));

        Set<String> shown = names(registry.scrape());

        assertThat(names(expressions)).hasSizeGreaterThan(5).isSubsetOf(shown);
        // Descriptions may also name what comes with the first outcome.
        shown.add("errata_outcomes_total");
        assertThat(names(alerts)).isSubsetOf(shown);
    }
}
