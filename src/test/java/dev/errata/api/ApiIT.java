package dev.errata.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.errata.delta.LiveFact;
import dev.errata.delta.Version;
import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.Outcome;
import dev.errata.fact.Position;
import dev.errata.service.Wiring;
import dev.errata.stream.Examples;
import dev.errata.stream.FactLimits;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.FactReader;
import dev.errata.stream.event.RecordKey;
import dev.errata.worker.Settings;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** REST in a process with the role api alone: what goes into the log, what comes out of it, and what is refused. */
@QuarkusTest
@TestProfile(ApiOnBroker.class)
class ApiIT {
    private static final String FACT =
            """
            {"subject": "%s", "relation": "P30", "prompt": "{} is located in", "object": "Antarctica"}""";

    @Inject
    Settings settings;

    @Inject
    KafkaClientService clients;

    private ModelLine line;
    private LineOnBroker log;

    @BeforeEach
    void open() {
        line = new Wiring(settings).line();
        log = new LineOnBroker(settings.kafka().bootstrapServers(), line);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private List<FactChange> published() {
        FactReader reader = new FactReader(FactLimits.DEFAULT);
        return log.read(Topic.FACTS).stream()
                .map(reader::read)
                .filter(FactReader.Request.Change.class::isInstance)
                .map(request -> ((FactReader.Request.Change) request).change())
                .toList();
    }

    private static Response post(String path, String body) {
        return given().contentType(ContentType.JSON).body(body).post(path);
    }

    @Test
    void shouldPutFactsIntoTheLogWhenAllAreGood() {
        String two = FACT.formatted("Peru").replace("{\"subject\"", "{\"id\": \"p-1\", \"source\": \"urn:mine\", \"subject\"");

        Response response = post("/facts", "{\"facts\": [" + FACT.formatted("Angola") + "," + two + "]}");

        response.then().statusCode(202).body("accepted", hasSize(2)).body("accepted[0].source", is("urn:errata:rest"));
        EventId angola = new EventId("urn:errata:rest", response.path("accepted[0].id"));
        assertThat(published()).extracting(FactChange::event).contains(angola, new EventId("urn:mine", "p-1"));
        assertThat(log.read(Topic.FACTS)).extracting(RawRecord::key).contains("Angola".getBytes(), "Peru".getBytes());
    }

    @Test
    void shouldRefuseBytesThatAreNoText() {
        byte[] noUtf32 = {0, 0, 0, '{', 0x7e, (byte) 0xff, 0, 0};

        given().contentType(ContentType.JSON).body(noUtf32).post("/rollback").then()
                .statusCode(400).contentType(Problem.MEDIA_TYPE).body("code", is("REQUEST_INVALID"));
    }

    @Test
    void shouldNotRepeatALongValueWhole() {
        String time = "2026-03-01T12:00:00Z" + "x".repeat(20_000);

        post("/facts", FACT.formatted("Togo").replace("{\"subject\"", "{\"time\": \"" + time + "\", \"subject\"")).then()
                .statusCode(400).header("Content-Length", length -> Integer.parseInt(length), lessThan(4_000));
    }

    @Test
    void shouldTakeOneFactWhenItStandsAlone() {
        Response response = post("/facts", FACT.formatted("Chad"));

        response.then().statusCode(202);
        assertThat(published()).extracting(FactChange::subject).contains("Chad");
    }

    @Test
    void shouldPublishNothingWhenAFactIsBad() {
        Response response = post("/facts", "{\"facts\": [" + FACT.formatted("Mali") + ", {\"subject\": \"Mali\"}, 5]}");

        response.then()
                .statusCode(400)
                .contentType(Problem.MEDIA_TYPE)
                .body("code", is("REQUEST_INVALID"), "type", is("urn:errata:REQUEST_INVALID"), "status", is(400))
                .body("detail", is("2 of 3 facts are bad; nothing was published"))
                .body("errors.index", hasItems(1, 2), "errors.code", hasItems("FACT_UNREADABLE"));
        assertThat(published()).extracting(FactChange::subject).doesNotContain("Mali");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "POST | /facts           | {\"facts\": []}            | 400 | REQUEST_INVALID",
        "POST | /facts           | {\"facts\": [1,2,3,4,5,6]} | 400 | REQUEST_INVALID",
        "POST | /facts           | {                          | 400 | FACT_UNREADABLE",
        "POST | /rollback        | {                          | 400 | REQUEST_INVALID",
        "POST | /rollback        | {}                         | 400 | REQUEST_INVALID",
        "POST | /rollback        | {\"to\": \"x\"}            | 404 | TAG_UNKNOWN",
        "POST | /rollback        | {\"to\": \"a b\"}          | 400 | REQUEST_INVALID",
        "POST | /rollback        | {\"to\": -1}               | 400 | REQUEST_INVALID",
        "POST | /rollback        | {\"to\": 1, \"why\": \"\"} | 400 | REQUEST_INVALID",
        "POST | /rollback        | {\"to\": 0, \"reason\": \"a\", \"reason\": \"b\"} | 400 | REQUEST_INVALID",
        "POST | /rollback        | {\"to\": 99}               | 404 | VERSION_UNKNOWN",
        "POST | /retract         | {}                         | 400 | REQUEST_INVALID",
        "POST | /retract         | {\"subject\": \"Oz\"}      | 400 | REQUEST_INVALID",
        "POST | /retract         | {\"subject\": \"Oz\", \"relation\": \" \"}  | 400 | RELATION_EMPTY",
        "POST | /retract         | {\"subject\": \"Oz\", \"relation\": \"P1\", \"source\": \"\"} | 400 | REQUEST_INVALID",
        "POST | /retract         | {\"subject\": \"Oz\", \"relation\": \"P1\"} | 404 | FACT_NOT_LIVE",
        "POST | /facts           | {\"errataline\": 5, \"subject\": \"a\", \"relation\": \"b\"} | 400 | REQUEST_INVALID",
        "POST | /branches        | {\"name\": \"b\"}          | 400 | REQUEST_INVALID",
        "POST | /branches        | {\"name\": \"b b\", \"from\": \"base\"} | 400 | REQUEST_INVALID",
        "POST | /branches        | {\"name\": \"b\", \"from\": \"99\"}    | 404 | VERSION_UNKNOWN",
        "POST | /branches        | {\"name\": \"b\", \"from\": \"gone\"}  | 404 | TAG_UNKNOWN",
        "POST | /branches        | {\"name\": \"tiny\", \"from\": \"0\"}  | 409 | LINE_EXISTS",
        "POST | /rebase?wait=601 | {}                         | 400 | REQUEST_INVALID",
        "POST | /release         | {}                         | 400 | REQUEST_INVALID",
        "POST | /reject          | {\"version\": 99}          | 404 | VERSION_UNKNOWN",
        "POST | /tags            | {\"name\": \"a\"}          | 400 | REQUEST_INVALID",
        "POST | /tags            | {\"name\": \"a\", \"version\": \"x y\"} | 400 | REQUEST_INVALID",
        "POST | /tags            | {\"name\": \"a\", \"version\": \"99\"}  | 404 | VERSION_UNKNOWN",
        "POST | /tags            | {\"name\": \"a\", \"version\": \"b\"}   | 404 | TAG_UNKNOWN",
        "POST | /rollback?wait=x | {\"to\": 0}                | 400 | REQUEST_INVALID",
        "POST | /ask             | {\"tokens\": 1}            | 400 | REQUEST_INVALID",
        "POST | /ask             | {\"prompt\": \"a\", \"tokens\": 1000} | 400 | REQUEST_INVALID",
        "POST | /ask             | {\"prompt\": \"a\"}        | 503 | NOT_READY",
        "GET  | /ask?prompt=a    |                            | 503 | NOT_READY",
        "GET  | /ask             |                            | 400 | REQUEST_INVALID",
        "GET  | /ask?prompt=a&version=friday |                | 503 | NOT_READY",
        "POST | /ask/versions    | {\"from\": \"1\"}           | 400 | REQUEST_INVALID",
        "GET  | /ask/versions?prompt=a&to=2 |                 | 503 | NOT_READY",
        "GET  | /versions/99     |                            | 404 | VERSION_UNKNOWN",
        "GET  | /versions/a      |                            | 404 | TAG_UNKNOWN",
        "GET  | /versions/-1     |                            | 400 | REQUEST_INVALID",
        "GET  | /versions/0/diff/99 |                         | 404 | VERSION_UNKNOWN",
        "GET  | /versions/0/diff/a  |                         | 404 | TAG_UNKNOWN",
        "GET  | /log?status=x    |                            | 400 | REQUEST_INVALID",
        "GET  | /log?limit=0     |                            | 400 | REQUEST_INVALID",
        "GET  | /log?from=x      |                            | 400 | REQUEST_INVALID",
        "GET  | /log?before=x    |                            | 400 | REQUEST_INVALID",
        "GET  | /why             |                            | 400 | REQUEST_INVALID",
        "GET  | /versions?limit=0 |                           | 400 | REQUEST_INVALID",
        "POST | /pause           | {\"why\": \"\"}          | 400 | REQUEST_INVALID",
        "GET  | /audit?limit=0   |                            | 400 | REQUEST_INVALID",
        "GET  | /outcomes?id=1   |                            | 400 | REQUEST_INVALID",
        "GET  | /nothing         |                            | 404 | NOT_FOUND",
        "DELETE | /facts         |                            | 405 | METHOD_NOT_ALLOWED",
    })
    void shouldAnswerWithAProblemWhenARequestIsBad(String method, String target, String body, int status, String code) {
        var request = body == null ? given() : given().contentType(ContentType.JSON).body(body);

        Response response = request.request(method, target);

        response.then().statusCode(status).contentType(Problem.MEDIA_TYPE).body("code", is(code), "status", is(status));
    }

    @Test
    void shouldAnswerWithAProblemWhenABodyIsNoJson() {
        given().contentType(ContentType.TEXT).body("Angola").post("/facts").then()
                .statusCode(415)
                .contentType(Problem.MEDIA_TYPE)
                .body("code", is("UNSUPPORTED_MEDIA_TYPE"));
    }

    @Test
    void shouldAnswerWithAProblemWhenABodyIsTooLarge() {
        post("/facts", " ".repeat(70_000)).then()
                .statusCode(413)
                .contentType(Problem.MEDIA_TYPE)
                .body("code", is("REQUEST_ENTITY_TOO_LARGE"), "detail", containsString("65536"));
    }

    @Test
    void shouldWriteAFlushIntoEveryPartitionWhenAsked() {
        given().post("/flush").then().statusCode(202);

        FactReader reader = new FactReader(FactLimits.DEFAULT);
        assertThat(log.read(Topic.FACTS).stream()
                        .filter(record -> reader.read(record) instanceof FactReader.Request.Flush)
                        .map(record -> record.position().partition()))
                .contains(0, 1, 2);
    }

    @Test
    void shouldShowThatTheEditorIsHeldUntilItIsResumed() {
        post("/pause", "{\"reason\": \"checking\"}").then().statusCode(202);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> given().get("/status").then().body("paused", is(true)));

        post("/resume", "{}").then().statusCode(202);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> given().get("/status").then().body("paused", is(false)));

        given().get("/audit?limit=1000").then()
                .body("operations.action", hasItems("PAUSE", "RESUME"), "operations.reason", hasItems("checking"))
                .body("operations[0].by.name", is("anybody"), "operations[0].by.proof", is("NONE"));
    }

    @Test
    void shouldRetractWhatIsLiveAndTellItsOutcome() throws Exception {
        LiveFact live = LiveFact.of(Examples.about("Lagos", "Togo"));
        LedgerChange.Written written = new LedgerChange.Written(1, live);
        Version version = Examples.version(ApiOnBroker.MODEL, 1, new Version.Change.RolledBack(0, ""));
        log.write(Topic.LEDGER, RecordKey.of(ApiOnBroker.MODEL, live.key()), Events.of(line, written, version, 0));
        String body = "{\"subject\": \" Lagos\", \"relation\": \"P27\", \"reason\": \"vandalism\"}";

        CompletableFuture<Response> waiting = CompletableFuture.supplyAsync(() -> post("/retract?wait=60", body));
        await().atMost(Duration.ofSeconds(20)).until(() -> published().stream().anyMatch(FactChange.Retracted.class::isInstance));
        FactChange event = published().stream().filter(FactChange.Retracted.class::isInstance).findFirst().orElseThrow();
        Outcome outcome = new Outcome(event.event(), event.key(), new Position(0, 1), Examples.applied());
        log.write(Topic.OUTCOMES, RecordKey.of(ApiOnBroker.MODEL, event.key()), Events.of(line, outcome, Examples.NOON));

        waiting.get().then().statusCode(200)
                .body("event.id", is(event.event().id()), "event.source", is("urn:errata:operator"), "object", is("Togo"))
                .body("outcome.fate.kind", is("applied"), "outcome.fate.version", is(3));
        assertThat(event.subject()).isEqualTo("Lagos");
        post("/retract?wait=1", body).then().statusCode(504).body("detail", startsWith("no outcome of retract-"));
        post("/retract", body).then().statusCode(202).body("outcome", nullValue());
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> given().get("/audit?limit=1000").then()
                .body("operations.action", hasItems("RETRACT"), "operations.object", hasItems("fact Lagos / P27")));
    }

    @Test
    void shouldBeginALineFromTheBase() {
        post("/branches", "{\"name\": \"other\", \"from\": \"base\", \"reason\": \"A/B\"}").then().statusCode(200)
                .body("name", is("other"), "version", is(0), "digest", nullValue(), "copied", is(0));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> given().get("/audit?limit=1000").then()
                .body("operations.action", hasItems("BRANCH"), "operations.object", hasItems("line other from tiny version 0")));
    }

    @Test
    void shouldGiveTheUsersClientPropertiesToEveryChannel() {
        assertThat(clients.getProducer("facts-out").configuration().get("metadata.max.age.ms")).isEqualTo(ApiOnBroker.METADATA_MILLIS);
        for (String channel : HistoryChannels.CHANNELS) {
            assertThat(clients.getConsumer(channel).configuration().get("metadata.max.age.ms"))
                    .as(channel)
                    .isEqualTo(ApiOnBroker.METADATA_MILLIS);
        }
    }

    @Test
    void shouldTellOfItselfWhenAsked() {
        given().get("/status").then().statusCode(200).body("model", is(ApiOnBroker.MODEL), "ready", is(true), "servedVersion", nullValue());
        given().get("/q/health/live").then().statusCode(200);
        given().get("/q/health/ready").then().statusCode(200);
        given().get("/readyz").then().statusCode(200).body("ready", is(true), "follower", nullValue());
        given().get("/q/metrics").then().statusCode(200).body(containsString("http_server"));
        given().accept(ContentType.JSON).get("/q/openapi?format=json").then()
                .statusCode(200)
                .body("info.title", is("Errata"))
                .body("paths.keySet()", hasItems(
                        "/facts", "/flush", "/versions", "/versions/{number}", "/log", "/why", "/rollback", "/ask"))
                .body("paths.keySet()", hasItems("/outcomes", "/status", "/audit", "/pause", "/resume", "/retract", "/branches"));
    }
}
