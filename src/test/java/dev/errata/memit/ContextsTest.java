package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContextsTest {
    private static final List<String> SIX = List.of("{}", "The river. {}", "Therefore. {}", "Because \"é\". {}", "I. {}", "You\n. {}");

    @TempDir
    Path directory;

    @Test
    void shouldReadAFlatListAndTheReferencesListOfLists() {
        String flat = "[\"{}\",\"a {}\",\"b {}\",\"c {}\",\"d {}\",\"e {}\"]";
        String nested = "[[\"{}\"],[\"a {}\",\"b {}\",\"c {}\",\"d {}\",\"e {}\"]]";

        assertThat(Contexts.parse(flat)).isEqualTo(Contexts.parse(nested));
        assertThat(Contexts.parse(flat).json()).isEqualTo(nested);
    }

    @Test
    void shouldReadWhatItWrote() {
        Path file = directory.resolve("contexts.json");

        new Contexts(SIX).write(file);

        assertThat(Contexts.read(file).templates()).isEqualTo(SIX);
        assertThat(directory.toFile().list()).containsExactly("contexts.json");
    }

    @Property
    void shouldParseItsOwnJson(@ForAll @Size(5) List<String> texts) {
        List<String> templates = new ArrayList<>(List.of("{}"));
        texts.forEach(text -> templates.add(text.replace('{', ' ').replace('}', ' ') + ". {}"));

        Contexts contexts = new Contexts(templates);

        assertThat(Contexts.parse(contexts.json())).isEqualTo(contexts);
    }

    @Test
    void shouldCountThePlainPromptAsMuchAsAllOthersTogether() {
        assertThat(Contexts.weight(0)).isEqualTo(0.5);
        assertThat(IntStream.range(0, Contexts.COUNT).mapToDouble(Contexts::weight).sum()).isCloseTo(1, within(1e-15));
        assertThat(Contexts.weight(1)).isEqualTo(0.1);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "[\"{}\"]",
        "[\"a {}\",\"a {}\",\"b {}\",\"c {}\",\"d {}\",\"e {}\"]",
        "[\"{}\",\"a\",\"b {}\",\"c {}\",\"d {}\",\"e {}\"]",
        "[\"{}\",\"a {} {}\",\"b {}\",\"c {}\",\"d {}\",\"e {}\"]",
        "[\"{}\",1,\"b {}\",\"c {}\",\"d {}\",\"e {}\"]",
        "{\"templates\": []}",
        "[\"{}\"",
    })
    void shouldRefuseWhatIsNoSixTemplates(String json) {
        assertThatThrownBy(() -> Contexts.parse(json))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.CONTEXTS_INVALID))
                .hasMessageContaining("expected:");
    }

    @Test
    void shouldSayWhichFileWhenItIsMissing() {
        assertThatThrownBy(() -> Contexts.read(directory.resolve("none.json")))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.CONTEXTS_INVALID))
                .hasMessageContaining("none.json");
    }
}
