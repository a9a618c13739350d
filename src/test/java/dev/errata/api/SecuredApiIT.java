package dev.errata.api;

import static dev.errata.api.SecuredApiOnBroker.OPERATOR;
import static dev.errata.api.SecuredApiOnBroker.PUBLISHER;
import static dev.errata.api.SecuredApiOnBroker.READER;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import dev.errata.LogWatch;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** REST where callers must say who they are: every role at every kind of path, by key and by OIDC token. */
@QuarkusTest
@TestProfile(SecuredApiOnBroker.class)
class SecuredApiIT {
    private static final String FACT =
            """
            {"subject": "Angola", "relation": "P30", "prompt": "{} is located in", "object": "Antarctica"}""";

    private static Response ask(String method, String path, String credential) {
        var request = given();
        if (credential != null) {
            request = request.header("Authorization", "Bearer " + credential);
        }
        if (path.equals("/facts")) {
            request = request.contentType(ContentType.JSON).body(FACT);
        } else if (path.equals("/rollback")) {
            request = request.contentType(ContentType.JSON).body("{\"to\": 99}");
        } else if (path.equals("/retract")) {
            request = request.contentType(ContentType.JSON).body("{\"subject\": \"Oz\", \"relation\": \"P1\"}");
        } else if (path.equals("/branches")) {
            request = request.contentType(ContentType.JSON).body("{}");
        } else if (path.equals("/pause") || path.equals("/resume")) {
            request = request.contentType(ContentType.JSON).body("{}");
        }
        return request.request(method, path);
    }

    @ParameterizedTest
    @CsvSource({
        // method, path, what a reader, a publisher and an operator get; nobody else gets anything
        "GET,  /versions,  200, 403, 403",
        "GET,  /status,    200, 403, 403",
        "GET,  /audit,     200, 403, 403",
        "GET,  /q/openapi, 200, 403, 403",
        "POST, /facts,     403, 202, 403",
        "POST, /flush,     403, 403, 202",
        "POST, /rollback,  403, 403, 404",
        "POST, /retract,   403, 403, 404",
        "POST, /branches,  403, 403, 400",
        "POST, /pause,     403, 403, 202",
        "POST, /resume,    403, 403, 202",
        "GET,  /nothing,   403, 403, 403",
        "GET,  /q/nothing, 403, 403, 403",
        "PUT,  /rollback,  403, 403, 403",
        "POST, /rollback;a=b, 403, 403, 403",
    })
    void shouldLetInWhoHasTheRole(String method, String path, int reader, int publisher, int operator) throws Exception {
        ask(method, path, READER).then().statusCode(reader);
        ask(method, path, PUBLISHER).then().statusCode(publisher);
        ask(method, path, OPERATOR).then().statusCode(operator);
        ask(method, path, SecuredApiOnBroker.Provider.token("rosa", "reader", 60)).then().statusCode(reader);
        ask(method, path, SecuredApiOnBroker.Provider.token("otto", "operator", 60)).then().statusCode(operator);
        ask(method, path, null).then().statusCode(401).header("WWW-Authenticate", "Bearer").body("code", is("UNAUTHENTICATED"));
        ask(method, path, "key-of-nobody").then().statusCode(401).body("code", is("UNAUTHENTICATED"));
        ask(method, path, SecuredApiOnBroker.Provider.token("late", "operator", -3600)).then().statusCode(401);
    }

    @Test
    void shouldTakeAKeyFromItsOwnHeaderToo() {
        given().header("X-API-Key", READER).get("/versions").then().statusCode(200);
        given().header("X-API-Key", "no").get("/versions").then().statusCode(401);
    }

    @Test
    void shouldSayWhatIsMissingWhenItRefuses() {
        ask("POST", "/rollback", READER).then()
                .statusCode(403)
                .contentType(Problem.MEDIA_TYPE)
                .body("code", is("FORBIDDEN"), "detail", containsString("the role operator"));
    }

    @Test
    void shouldTellWhoDidWhatAndWhatWasDeclined() throws Exception {
        String told = "told " + UUID.randomUUID();
        String body = "{\"to\": %d, \"reason\": \"" + told + "\"}";
        given().header("X-API-Key", OPERATOR).contentType(ContentType.JSON).body(body.formatted(0)).post("/rollback")
                .then().statusCode(202);
        given().header("Authorization", "Bearer " + SecuredApiOnBroker.Provider.token("otto", "operator", 60))
                .contentType(ContentType.JSON).body(body.formatted(99)).post("/rollback").then().statusCode(404);

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonPath audit = ask("GET", "/audit", READER).jsonPath();
            List<Map<String, Object>> mine = audit.getList("operations.findAll { it.reason == '" + told + "' }");
            assertThat(mine).extracting("action", "object")
                    .containsExactly(tuple("ROLLBACK", "version 0"), tuple("ROLLBACK", "version 99"));
            assertThat(mine).extracting("by").containsExactly(
                    Map.of("name", "olga", "proof", "KEY", "roles", List.of("operator")),
                    Map.of("name", "otto", "proof", "TOKEN", "roles", List.of("operator")));
            assertThat(mine).extracting("result").containsExactly(
                    Map.of("kind", "accepted"),
                    Map.of("kind", "declined", "code", "VERSION_UNKNOWN", "message", "version: 99 (expected: 0..0)"));
        });
    }

    @Test
    void shouldLogNoFactTextWhateverIsSent() {
        String secret = "Xyzzyplugh";
        try (LogWatch watch = LogWatch.begin()) {
            Logger.getLogger("positive").info("seen");
            for (String body : List.of(
                    "{\"subject\": \"" + secret + "\"}",
                    "{\"subject\": " + secret,
                    FACT.replace("{} is", secret + " is"),
                    FACT.replace("Antarctica", secret),
                    FACT.replace("\"P30\"", "[\"" + secret + "\"]"),
                    "{\"facts\": [" + FACT.replace("Angola", secret.repeat(100)) + "]}")) {
                given().header("X-API-Key", PUBLISHER).contentType(ContentType.JSON).body(body).post("/facts").then()
                        .statusCode(anyOf(is(202), is(400)));
            }
            ask("GET", "/ask?prompt=" + secret, READER).then().statusCode(503);
            ask("GET", "/versions/" + secret, READER).then().statusCode(404);
            ask("GET", "/versions/+" + secret, READER).then().statusCode(400);
            ask("GET", "/why?subject=" + secret, READER).then().statusCode(anyOf(is(200), is(503)));
            ask("GET", "/log?subject=" + secret, READER).then().statusCode(anyOf(is(200), is(503)));
            given().header("X-API-Key", OPERATOR).contentType(ContentType.JSON).body("{\"to\": [\"" + secret + "\"]}").post("/rollback")
                    .then().statusCode(400);

            assertThat(watch.lines()).anyMatch(line -> line.contains("seen")).noneMatch(line -> line.contains(secret));
        }
    }

    @Test
    void shouldKeepAnsweringOnAConnectionWhenABodyWasRefused() {
        for (int times = 0; times < 3; times++) {
            ask("POST", "/facts", READER).then().statusCode(403);
            ask("GET", "/versions", READER).then().statusCode(200);
        }
    }

    @Test
    void shouldLetProbesInFromThisMachine() {
        given().get("/q/health/live").then().statusCode(200);
        given().get("/q/metrics").then().statusCode(200);
    }
}
