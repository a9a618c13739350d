package dev.errata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the style asks for and a machine can see. Each rule is shown to see what it forbids. */
class TidyTest {
    private static final int LINES_MAX = 500;
    private static final int MEDIAN_MAX = 80;
    private static final int COLUMNS_MAX = 140;
    private static final Pattern VAGUE = Pattern.compile("(^|[./])(util|utils|common|impl|manager|helper|helpers)([./]|$)");
    /** In brackets, so that this file does not hold what it forbids. */
    private static final Pattern UNFINISHED = Pattern.compile("TO[D]O|FI[X]ME|Unsupported[O]perationException");
    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "public (?:(?:abstract|final|sealed|non-sealed|strictfp|static) )*(?:class|interface|@interface|record|enum) (\\w+).*");

    /** A source file by its path from the repository's root, with slashes. */
    private record Source(String path, List<String> lines) {
        private String directory() {
            return path.substring(0, path.lastIndexOf('/'));
        }
    }

    private static final List<Source> MAIN = sources("src/main/java");
    private static final List<Source> TESTS = sources("src/test/java");

    @Test
    void shouldSeeTheSources() {
        assertThat(MAIN).extracting(Source::path).contains("src/main/java/dev/errata/fact/Fact.java");
        assertThat(TESTS).extracting(Source::path).contains("src/test/java/dev/errata/TidyTest.java");
    }

    @Test
    void shouldKeepFilesShort() {
        assertThat(all(TidyTest::tooLong)).isEmpty();
        assertThat(median(MAIN)).isLessThanOrEqualTo(MEDIAN_MAX);
    }

    @Test
    void shouldKeepLinesShort() {
        assertThat(all(TidyTest::tooWide)).isEmpty();
    }

    @Test
    void shouldNamePackagesForWhatTheyHold() {
        assertThat(all(TidyTest::vague)).isEmpty();
    }

    @Test
    void shouldLeaveNothingUnfinished() {
        assertThat(all(TidyTest::unfinished)).isEmpty();
    }

    @Test
    void shouldSayWhatEachPackageIs() {
        assertThat(undescribed(MAIN)).isEmpty();
    }

    @Test
    void shouldSayWhatEachPublicTypeIs() {
        assertThat(MAIN.stream().flatMap(source -> undocumented(source).stream())).isEmpty();
    }

    @Test
    void shouldSeeAFileWhenItIsTooLongOrTooWide() {
        List<String> lines = new ArrayList<>(List.of("x".repeat(COLUMNS_MAX + 1), "x".repeat(COLUMNS_MAX)));
        assertThat(tooWide(new Source("a/A.java", lines))).containsExactly("a/A.java:1: 141 columns (expected: at most 140)");
        while (lines.size() < LINES_MAX + 1) {
            lines.add("");
        }

        assertThat(tooLong(new Source("a/A.java", lines))).containsExactly("a/A.java: 501 lines (expected: at most 500)");
        assertThat(tooLong(new Source("a/A.java", lines.subList(0, LINES_MAX)))).isEmpty();
    }

    @Test
    void shouldTakeTheMiddleWhenFilesDiffer() {
        Source one = new Source("A", List.of("1"));
        Source two = new Source("B", List.of("1", "2"));
        Source many = new Source("C", List.of("1", "2", "3", "4", "5", "6"));

        assertThat(median(List.of(many, one, two))).isEqualTo(2);
        assertThat(median(List.of(many, two))).isEqualTo(6);
    }

    @Test
    void shouldSeeAPackageWhenItsNameSaysNothing() {
        assertThat(vague(new Source("src/main/java/dev/errata/util/A.java", List.of()))).hasSize(1);
        assertThat(vague(new Source("src/main/java/dev/errata/stream/impl/A.java", List.of()))).hasSize(1);
        assertThat(vague(new Source("src/main/java/dev/errata/simple/A.java", List.of()))).isEmpty();
    }

    @Test
    void shouldSeeWhatIsUnfinished() {
        List<String> lines = List.of("// TO" + "DO later", "int a;", "throw new Unsupported" + "OperationException();", "// FIX" + "ME");

        assertThat(unfinished(new Source("A", lines))).hasSize(3);
    }

    @Test
    void shouldSeeAPackageWhenNothingSaysWhatItIs() {
        Source described = new Source("a/package-info.java", List.of("/** A. */", "package a;"));
        Source bare = new Source("b/package-info.java", List.of("package b;"));

        assertThat(undescribed(List.of(new Source("a/A.java", List.of()), described))).isEmpty();
        assertThat(undescribed(List.of(new Source("a/A.java", List.of()), described, bare))).containsExactly("b");
        assertThat(undescribed(List.of(new Source("c/C.java", List.of())))).containsExactly("c");
    }

    @Test
    void shouldSeeAPublicTypeWhenNothingSaysWhatItIs() {
        assertThat(undocumented(new Source("A", List.of("/** Doc. */", "public final class A {")))).isEmpty();
        assertThat(undocumented(new Source("A", List.of("/**", " * Doc.", " */", "@B(", "    c = 1)", "public record A() {")))).isEmpty();
        assertThat(undocumented(new Source("A", List.of("import b.B;", "", "public sealed interface A {")))).hasSize(1);
        assertThat(undocumented(new Source("A", List.of("/* No doc. */", "public enum A {")))).hasSize(1);
        assertThat(undocumented(new Source("A", List.of("/** Doc of B. */", "class B {}", "", "@C", "public class A {")))).hasSize(1);
        assertThat(undocumented(new Source("A", List.of("class A {", "    public class B {")))).isEmpty();
    }

    private static List<String> tooLong(Source source) {
        int lines = source.lines().size();
        return lines <= LINES_MAX ? List.of() : List.of(source.path() + ": " + lines + " lines (expected: at most " + LINES_MAX + ")");
    }

    private static int median(List<Source> sources) {
        return sources.stream().map(source -> source.lines().size()).sorted().skip(sources.size() / 2).findFirst().orElseThrow();
    }

    private static List<String> tooWide(Source source) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < source.lines().size(); i++) {
            int columns = source.lines().get(i).length();
            if (columns > COLUMNS_MAX) {
                found.add(source.path() + ":" + (i + 1) + ": " + columns + " columns (expected: at most " + COLUMNS_MAX + ")");
            }
        }
        return found;
    }

    private static List<String> vague(Source source) {
        return VAGUE.matcher(source.directory()).find() ? List.of(source.path()) : List.of();
    }

    private static List<String> unfinished(Source source) {
        return source.lines().stream().filter(line -> UNFINISHED.matcher(line).find()).map(line -> source.path() + ": " + line).toList();
    }

    /** Directories without a package-info.java that begins its package with javadoc. */
    private static Set<String> undescribed(List<Source> sources) {
        Set<String> found = new TreeSet<>();
        sources.forEach(source -> found.add(source.directory()));
        sources.stream()
                .filter(source -> source.path().endsWith("/package-info.java"))
                .filter(source -> source.lines().get(0).startsWith("/**"))
                .forEach(source -> found.remove(source.directory()));
        return found;
    }

    /** Public top-level types (they stand in the first column) without javadoc before them or before their annotations. */
    private static List<String> undocumented(Source source) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < source.lines().size(); i++) {
            Matcher type = PUBLIC_TYPE.matcher(source.lines().get(i));
            if (type.matches() && !documented(source.lines().subList(0, i))) {
                found.add(source.path() + ": " + type.group(1));
            }
        }
        return found;
    }

    private static boolean documented(List<String> before) {
        int end = before.size() - 1;
        while (end >= 0 && !before.get(end).endsWith("*/")) {
            if (before.get(end).isBlank() || before.get(end).endsWith(";") || before.get(end).endsWith("}")) {
                return false;
            }
            end--;
        }
        int begin = end;
        while (begin >= 0 && !before.get(begin).startsWith("/*")) {
            begin--;
        }
        return begin >= 0 && before.get(begin).startsWith("/**");
    }

    private static List<String> all(Function<Source, List<String>> rule) {
        return Stream.concat(MAIN.stream(), TESTS.stream()).flatMap(source -> rule.apply(source).stream()).toList();
    }

    private static List<Source> sources(String root) {
        try (Stream<Path> paths = Files.walk(Path.of(root))) {
            return paths.filter(path -> path.toString().endsWith(".java")).sorted().map(TidyTest::source).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Source source(Path path) {
        try {
            return new Source(path.toString().replace('\\', '/'), Files.readAllLines(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
