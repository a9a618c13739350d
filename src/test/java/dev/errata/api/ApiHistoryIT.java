package dev.errata.api;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.EventId;
import dev.errata.failure.Failure;
import dev.errata.service.Wiring;
import dev.errata.stream.Examples;
import dev.errata.stream.Head;
import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.IntentCodec;
import dev.errata.stream.event.RecordKey;
import dev.errata.worker.Settings;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The history by REST, from a log that the test writes: versions, outcomes, the index, tags, rollback, held versions. */
@QuarkusTest
@TestProfile(ApiOnBroker.class)
class ApiHistoryIT {
    private static final byte[] PAYLOAD = {1};
    private static final byte[] KEY = RecordKey.of(ApiOnBroker.MODEL);

    @Inject
    Settings settings;

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

    private static Response post(String path, String body) {
        return given().contentType(ContentType.JSON).body(body).post(path);
    }

    @Test
    void shouldShowTheHistoryWhenItIsInTheLog() throws Exception {
        history();

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> given().get("/versions").then().body("head", is(2)));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> given().get("/status").then().body("head", is(2)));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> given()
                .get("/versions")
                .then()
                .body("model", is(ApiOnBroker.MODEL), "versions.number", hasItems(1, 2))
                .body("versions[0].kind", is("edited"), "versions[0].written", is(1), "versions[0].removed", is(0))
                .body("versions[0].to", nullValue(), "versions[0].scores.efficacySuccess.percent", is(100.0f))
                .body("versions[1].kind", is("rolledBack"), "versions[1].to", is(0), "versions[1].reason", is("wrong source")));
        given().get("/versions?from=2&limit=1").then().body("versions.number", equalTo(List.of(2)));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> given().get("/versions/1").then()
                .statusCode(200)
                .body("number", is(1), "change.kind", is("edited"), "change.in[0].fact.object", is("Rome"))
                .body("evaluation.written.byName.efficacySuccess.percent", is(100.0f))
                .body("history.replaced", hasSize(0), "history.removed", hasSize(0), "history.announced", is(true)));
        readHistory();
        EventId event = Examples.asserted().event();
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> given()
                .queryParam("source", event.source())
                .queryParam("id", event.id())
                .get("/outcomes")
                .then()
                .body("outcomes", hasSize(1), "outcomes[0].fate.kind", is("applied"), "outcomes[0].time", is(Examples.NOON.toString()))
                .body("older", is(false)));
        given().get("/outcomes?source=urn:nobody&id=1").then().statusCode(200).body("outcomes", hasSize(0));
        rollback();
        tags();
        held();
        forgotten();
    }

    /** Memory keeps three versions, and there are four. */
    private void forgotten() {
        given().get("/versions").then().body("versions.number", equalTo(List.of(2, 3, 4)));
        post("/tags", "{\"name\": \"oldest\", \"version\": \"1\"}").then()
                .statusCode(202).body("version", is(1), "digest", is(Examples.sha256("version 1")));
        post("/tags", "{\"name\": \"before\", \"version\": \"0001-01-01T00:00Z\"}").then().statusCode(202).body("version", is(0));
        post("/rollback", "{\"to\": \"0001-01-01T00:00Z\"}").then().statusCode(202);
        given().get("/versions/2300-01-01T00:00Z").then().statusCode(200).body("number", is(4));
        given().get("/log?from=0001-01-01T00:00Z&to=9999-12-31T00:00Z&status=edited").then().statusCode(200)
                .body("lines.version", equalTo(List.of(1)));
    }

    private void tags() {
        post("/tags", "{\"name\": \"head\", \"version\": \"1\"}").then().statusCode(400);
        post("/tags", "{\"name\": \"first\", \"version\": \"1\"}").then()
                .statusCode(202).body("version", is(1), "digest", is(Examples.sha256("version 1")), "movable", is(false));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() ->
                given().get("/tags").then().body("tags.name", equalTo(List.of("first"))));
        post("/tags", "{\"name\": \"first\", \"version\": \"2\"}").then().statusCode(409).body("code", is("TAG_IMMUTABLE"));
        String moves = "{\"name\": \"moves\", \"version\": \"%s\", \"movable\": true}";
        post("/tags", moves.formatted("first")).then().statusCode(202).body("version", is(1));
        post("/tags", moves.formatted("head")).then().statusCode(202).body("version", is(2));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() ->
                given().get("/tags").then().body("tags.version", equalTo(List.of(1, 2))));
        post("/rollback", "{\"to\": \"first\"}").then().statusCode(202).body("id", startsWith("r-"));
    }

    private void held() throws Exception {
        Version held = Examples.version(ApiOnBroker.MODEL, 4, new Version.Change.RolledBack(0, ""))
                .heldFor(Optional.of(new Version.Held(Failure.GATE_SCORE, "too low")));
        log.write(Topic.VERSIONS, KEY, Events.of(line, held, 3));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> given().get("/versions?from=4").then()
                .body("versions[0].held.code", is("GATE_SCORE")));
        post("/release", "{\"version\": 3}").then().statusCode(409).body("code", is("VERSION_NOT_HELD"));
        post("/release", "{\"version\": 4, \"reason\": \"seen\"}").then().statusCode(202);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() ->
                post("/reject", "{\"version\": 4}").then().statusCode(409).body("code", is("VERSION_NOT_HELD")));
        given().get("/audit").then().body("operations.findAll { it.action == 'RELEASE' }.object", equalTo(List.of("version 4")));
    }

    private void history() throws Exception {
        Version.Change.Edited change = (Version.Change.Edited) Examples.edit(1, PAYLOAD, PAYLOAD).change();
        Version edit = Examples.version(ApiOnBroker.MODEL, 1, new Version.Change.Edited(
                change.in(), List.of(), List.of(), change.delta(), change.pairs()));
        Version back = Examples.version(ApiOnBroker.MODEL, 2, new Version.Change.RolledBack(0, "wrong source"));
        log.write(Topic.VERSIONS, RecordKey.of("another"), Events.of(line, edit, 0));
        log.write(Topic.VERSIONS, KEY, Events.of(line, edit, 0));
        log.write(Topic.VERSIONS, KEY, Events.of(line, back, 1));
        Evaluation measured = Examples.evaluation(1);
        log.write(Topic.EVALUATIONS, KEY, Events.of(line, new Evaluation(
                ApiOnBroker.MODEL,
                1,
                measured.versionDigest(),
                Examples.NOON,
                measured.written(),
                measured.retained(),
                measured.drift(),
                measured.growth(),
                measured.warnings())));
        log.write(Topic.HEAD, KEY, Events.of(line, new Head(ApiOnBroker.MODEL, 2, back.digest(), Examples.NOON)));
        var outcome = Examples.outcome(Examples.applied());
        log.write(Topic.OUTCOMES, RecordKey.of(ApiOnBroker.MODEL, outcome.key()), Events.of(line, outcome, Examples.NOON));
    }

    /** What only the index knows. */
    private void readHistory() {
        given().get("/versions/2").then()
                .body("history.removed[0].fact.object", is("Rome"), "history.removed[0].ending.kind", is("rolledBack"))
                .body("history.removed[0].ending.to", is(0));
        given().get("/versions/0/diff/1").then()
                .statusCode(200)
                .body("totals.in", is(1), "totals.out", is(0), "in[0].object", is("Rome"), "in[0].key.subject", is("Eiffel Tower"))
                .body("tensors[0].fromChangeNorm", is(0.0f), "tensors[0].toChangeNorm", is(12.5f));
        given().get("/versions/1/diff/2").then().body("out[0].object", is("Rome"), "in", hasSize(0));
        given().get("/log?status=edited&status=rolledBack").then()
                .statusCode(200)
                .body("lines.version", hasItems(2, 1), "lines[0].kind", is("version"), "next", nullValue())
                .body("lines.find { it.version == 1 }.facts[0].object", is("Rome"), "lines.find { it.version == 1 }.status", is("edited"));
        Response first = given().get("/log?status=edited&status=rolled-back&limit=1");
        given().queryParam("before", (String) first.path("next")).get("/log?status=edited").then()
                .body("lines.version", equalTo(List.of(1)));
        given().get("/why?subject=Eiffel Tower").then()
                .statusCode(200)
                .body("keys[0].key.relation", is("P131"), "keys[0].live", nullValue(), "keys[0].claims[0].fact.version", is(1))
                .body("keys[0].claims[0].batch", is("intent-1"), "keys[0].claims[0].spans[0].ending.version", is(2));
        given().get("/why?subject=nobody").then().statusCode(200).body("keys", hasSize(0));
    }

    private void rollback() throws Exception {
        post("/rollback?wait=1", "{\"to\": 1}").then().statusCode(504).contentType(Problem.MEDIA_TYPE).body("code", is("GATEWAY_TIMEOUT"));
        post("/rollback", "{\"to\": 1}").then().statusCode(202).body("id", startsWith("r-"), "version", nullValue());
        int before = log.read(Topic.BATCHES).size();

        CompletableFuture<Response> waiting =
                CompletableFuture.supplyAsync(() -> post("/rollback?wait=60", "{\"to\": 1, \"reason\": \"again\"}"));
        await().atMost(Duration.ofSeconds(20)).until(() -> log.read(Topic.BATCHES).size() > before);
        List<RawRecord> intents = log.read(Topic.BATCHES);
        Intent.Rollback intent = (Intent.Rollback) IntentCodec.read(intents.get(intents.size() - 1));
        Version made = Examples.version(ApiOnBroker.MODEL, 3, new Version.Change.RolledBack(intent.to(), intent.reason()));
        log.write(Topic.VERSIONS, KEY, Events.of(line, of(intent, made), 2));

        waiting.get().then().statusCode(200).body("id", is(intent.id()), "version.number", is(3), "version.reason", is("again"));
    }

    private static Version of(Intent intent, Version version) {
        return new Version(
                version.model(), version.number(), intent.id(), version.change(), version.parentDigest(), version.digest(),
                version.tensors(), version.committedAt(), version.provenance());
    }
}
