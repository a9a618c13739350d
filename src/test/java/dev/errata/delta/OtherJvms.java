package dev.errata.delta;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The JDKs of this machine that can run Errata, by their versions: this process's own; those that {@code -Derrata.jdks=DIR,…} names, or
 * else those of {@code JAVA_HOME_…} in the environment and those that lie beside this one.
 */
final class OtherJvms {
    private static final int OLDEST = 17;

    private OtherJvms() {}

    static Map<String, Path> found() {
        Path own = Path.of(System.getProperty("java.home"));
        Map<String, Path> byVersion = new TreeMap<>();
        Stream.concat(Stream.of(own), others(own))
                .filter(home -> Files.isExecutable(home.resolve("bin/java")))
                .forEach(home -> byVersion.putIfAbsent(version(home), home));
        byVersion.keySet().removeIf(version -> feature(version) < OLDEST);
        return byVersion;
    }

    private static Stream<Path> others(Path own) {
        String named = System.getProperty("errata.jdks", "");
        if (!named.isEmpty()) {
            return Arrays.stream(named.split(",")).map(Path::of);
        }
        Stream<Path> told = System.getenv().entrySet().stream()
                .filter(entry -> entry.getKey().matches("JAVA_HOME_\\d+.*"))
                .map(entry -> Path.of(entry.getValue()));
        try (Stream<Path> beside = Files.list(own.toRealPath().getParent())) {
            return Stream.concat(told, beside.toList().stream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the JDK's own file {@code release} says; a directory without one is none. */
    private static String version(Path home) {
        try (Stream<String> lines = Files.lines(home.resolve("release"))) {
            return lines.filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.substring(line.indexOf('"') + 1, line.lastIndexOf('"')))
                    .collect(Collectors.joining());
        } catch (IOException e) {
            return "";
        }
    }

    private static int feature(String version) {
        List<String> parts = List.of(version.split("[.+-]"));
        return parts.get(0).matches("\\d+") ? Integer.parseInt(parts.get(0)) : 0;
    }
}
