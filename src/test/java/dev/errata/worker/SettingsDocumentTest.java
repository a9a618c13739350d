package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/settings.md names every setting with its default, and nothing else. */
class SettingsDocumentTest {
    private static final Pattern ROW = Pattern.compile("^\\| `(errata\\.[a-z.-]+)` \\| (.*?) \\|", Pattern.MULTILINE);

    @Test
    void shouldNameEverySettingWithItsDefault() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("docs/settings.md")));
        while (row.find()) {
            documented.put(row.group(1), row.group(2));
        }
        Map<String, String> settings = new TreeMap<>();
        collect("errata", Settings.class, settings);

        assertThat(documented.keySet()).isEqualTo(settings.keySet());
        settings.forEach((name, value) -> {
            if (!value.isEmpty()) {
                assertThat(documented.get(name)).as(name).isEqualTo("`" + value + "`");
            }
        });
    }

    private static void collect(String prefix, Class<?> group, Map<String, String> into) {
        for (Method method : group.getDeclaredMethods()) {
            if (method.isDefault() || method.isSynthetic()) {
                continue;
            }
            String name = prefix + "." + method.getName().replaceAll("([A-Z])", "-$1").toLowerCase();
            Class<?> type = method.getReturnType();
            if (type.isInterface() && type.getDeclaringClass() == Settings.class) {
                collect(name, type, into);
            } else {
                WithDefault value = method.getAnnotation(WithDefault.class);
                into.put(name, value == null ? "" : value.value());
            }
        }
    }
}
