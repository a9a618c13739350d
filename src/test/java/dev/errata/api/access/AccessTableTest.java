package dev.errata.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTableTest {
    /** Method and path of every resource there is. */
    private static List<String> requests() {
        List<String> requests = new ArrayList<>();
        for (JavaClass found : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.errata")) {
            if (!found.isAnnotatedWith(Path.class)) {
                continue;
            }
            Class<?> resource = found.reflect();
            for (Method method : resource.getDeclaredMethods()) {
                for (Annotation annotation : method.getAnnotations()) {
                    HttpMethod http = annotation.annotationType().getAnnotation(HttpMethod.class);
                    if (http != null) {
                        Path below = method.getAnnotation(Path.class);
                        String path = resource.getAnnotation(Path.class).value() + (below == null ? "" : below.value());
                        requests.add(http.value() + " " + path.replaceAll("\\{[^}]*}", "7"));
                    }
                }
            }
        }
        return requests;
    }

    @Test
    void shouldHaveARowForEveryResource() {
        List<String> requests = requests();

        assertThat(requests).contains("POST /rollback", "GET /versions/7").hasSizeGreaterThan(7);
        assertThat(requests).allSatisfy(request -> {
            String[] parts = request.split(" ");
            assertThat(AccessTable.role(parts[0], parts[1])).as(request).isPresent();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /versions, READER",
        "HEAD, /versions, READER",
        "GET, /versions/3, READER",
        "POST, /ask, READER",
        "GET, /q/metrics, READER",
        "POST, /facts, PUBLISHER",
        "POST, /flush, OPERATOR",
        "POST, /rollback, OPERATOR",
        "POST, /rebase, OPERATOR",
        "POST, /release, OPERATOR",
        "POST, /reject, OPERATOR",
        "POST, /tags, OPERATOR",
        "GET, /tags, READER",
    })
    void shouldAskForTheRole(String method, String path, AccessRole role) {
        assertThat(AccessTable.role(method, path)).contains(role);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /rollback",
        "DELETE, /facts",
        "POST, /rollback/",
        "POST, //rollback",
        "POST, /rollback;a=b",
        "POST, /ROLLBACK",
        "POST, /versions/3",
        "GET, /versions/3/more",
        "GET, /versions/3;a",
        "GET, /q/arc",
        "POST, /q/metrics",
        "GET, /nothing",
        "GET, /",
    })
    void shouldBeNobodysWhenThereIsNoRow(String method, String path) {
        assertThat(AccessTable.role(method, path)).isEmpty();
    }
}
