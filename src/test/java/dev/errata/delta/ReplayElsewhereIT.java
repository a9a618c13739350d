package dev.errata.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invariant 6 between processes: every version from the base and from every snapshot, on each JDK there is, whatever the number of threads
 * and whatever the compiler makes of the code. A JDK that is not there is not tried, and said so.
 */
class ReplayElsewhereIT {
    private static final String THREADS = "-Djava.util.concurrent.ForkJoinPool.common.parallelism=";
    private static final String ALL = IntStream.range(0, ElsewhereFiles.VERSIONS).mapToObj(Integer::toString)
            .collect(Collectors.joining(","));
    /** The interpreter takes long, and has no order of its own to choose. */
    private static final String LAST = ElsewhereFiles.VERSIONS - 2 + "";

    private static final Map<List<String>, String> WAYS = Map.of(
            List.of(THREADS + 1), ALL,
            List.of(THREADS + 4), ALL,
            List.of(THREADS + 4, "-XX:-TieredCompilation"), ALL,
            List.of(THREADS + 4, "-XX:TieredStopAtLevel=1"), ALL,
            List.of(THREADS + 4, "-XX:+UnlockDiagnosticVMOptions", "-XX:+IgnoreUnrecognizedVMOptions", "-XX:UseAVX=0"), ALL,
            List.of(THREADS + 4, "-Xint"), LAST);

    @TempDir
    private Path directory;

    private static List<String> expected(List<String> truth, String starts) {
        List<String> lines = new ArrayList<>();
        for (int start : Arrays.stream(starts.split(",")).mapToInt(Integer::parseInt).toArray()) {
            for (int number = start + 1; number <= ElsewhereFiles.VERSIONS; number++) {
                lines.add(start + " " + number + " " + truth.get(number));
            }
        }
        return lines;
    }

    private List<String> run(Path home, List<String> options, String starts) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/java").toString(), "-Xmx256m"));
        command.addAll(options);
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), ElsewhereProcess.class.getName(), directory.toString(), starts));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> lines = process.inputReader().lines().toList();
        assertThat(process.waitFor()).as("%s", command).isZero();
        return lines;
    }

    @Test
    void shouldGiveEveryVersionTheSameDigestWhateverJdkThreadsAndCompiler() throws IOException, InterruptedException {
        long seed = Long.getLong("errata.seed", System.nanoTime());
        System.out.println("replay elsewhere: seed " + seed);
        List<String> truth = new ElsewhereFiles(directory).write(seed);
        Map<String, Path> jdks = OtherJvms.found();
        for (Map.Entry<String, Path> jdk : jdks.entrySet()) {
            for (Map.Entry<List<String>, String> way : WAYS.entrySet()) {
                assertThat(run(jdk.getValue(), way.getKey(), way.getValue()))
                        .as("JDK %s, %s", jdk.getKey(), way.getKey())
                        .isEqualTo(expected(truth, way.getValue()));
            }
        }
        System.out.println("replayed alike on JDK " + jdks.keySet() + ", each in " + WAYS.size() + " ways"
                + (jdks.size() == 1 ? "; other JDKs: not tried, none is here" : ""));
        assertThat(jdks).isNotEmpty();
    }
}
