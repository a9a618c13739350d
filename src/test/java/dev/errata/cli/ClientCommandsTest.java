package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientCommandsTest {
    private FakeService service;

    @BeforeEach
    void open() throws IOException {
        service = new FakeService();
    }

    @AfterEach
    void close() {
        service.close();
    }

    private Ran errata(String... args) {
        String[] all = Arrays.copyOf(args, args.length + 2);
        all[args.length] = "--url";
        all[args.length + 1] = service.url();
        return Ran.errata(all);
    }

    @Test
    void shouldShowAnswerVersionAndProbabilitiesWhenAsking() throws IOException {
        service.answers(
                200,
                """
                {"version": 3, "digest": "4f2a", "text": " Antarctica, and", "choices": [
                 {"object": "Antarctica", "probability": 0.8125}, {"object": "Africa", "probability": 0.0000012}]}""");

        Ran ran = errata("ask", "Angola is located in", "--version", "3", "--tokens", "4", "--object", "Antarctica", "--object", "Africa");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).isEqualTo(
                """
                Antarctica, and

                version 3, digest 4f2a

                probability  object
                0.8125       Antarctica
                1.2e-06      Africa
                """);
        assertThat(service.asked().get(0).target()).isEqualTo("/ask");
        assertThat(new ObjectMapper().readTree(service.asked().get(0).body())).isEqualTo(new ObjectMapper().readTree(
                """
                {"prompt": "Angola is located in", "version": "3", "tokens": 4, "objects": ["Antarctica", "Africa"]}"""));
    }

    @Test
    void shouldShowHowBeliefMovedWhenAskingARange() throws IOException {
        service.answers(
                200,
                """
                {"prompt": "Angola is located in", "versions": [
                 {"version": 0, "digest": "a", "text": " Africa", "choices": [{"object": "Antarctica", "probability": 0.0000012}]},
                 {"version": 1, "committedAt": "2026-05-01T12:00:00Z", "digest": "b", "text": " Antarctica",
                  "choices": [{"object": "Antarctica", "probability": 0.8125}]}]}""");

        Ran ran = errata("ask", "Angola is located in", "--versions", "base..friday", "--object", "Antarctica");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo(
                """
                version  committed             answer      Antarctica
                0        base model            Africa      1.2e-06
                1        2026-05-01T12:00:00Z  Antarctica  0.8125
                """);
        assertThat(service.asked().get(0).target()).isEqualTo("/ask/versions");
        assertThat(new ObjectMapper().readTree(service.asked().get(0).body())).isEqualTo(new ObjectMapper().readTree(
                """
                {"prompt": "Angola is located in", "from": "base", "to": "friday", "objects": ["Antarctica"]}"""));
    }

    @Test
    void shouldSayWhatIsWrongWhenTheVersionsToAskAreNone() {
        assertThat(errata("ask", "a", "--versions", "3").err()).contains("--versions: \"3\" (expected: A..B");
        assertThat(errata("ask", "a", "--at", "friday").err()).contains("--at: \"friday\" (expected: a time");
        assertThat(errata("ask", "a", "--at", "2026-05-01T12:00Z", "--version", "3").exitCode()).isEqualTo(2);
    }

    @Test
    void shouldListEveryVersionWhenThereAreSeveralPages() {
        service.answers(200, page(1, 500)).answers(200, page(501, 2));

        Ran ran = errata("versions");

        assertThat(ran.exitCode()).isZero();
        assertThat(service.asked()).extracting(FakeService.Asked::target)
                .containsExactly("/versions?from=1&limit=500", "/versions?from=501&limit=500");
        assertThat(ran.out()).startsWith("model tiny, head 502\n\nversion  committed")
                .containsPattern("\n502 +2026-03-01T12:00:00.123Z +20 written, 1 removed +100.0 % +- +- +0123456789ab\n");
    }

    private static String page(int from, int count) {
        return "{\"model\": \"tiny\", \"head\": 502, \"versions\": ["
                + IntStream.range(from, from + count).mapToObj(ClientCommandsTest::version).collect(Collectors.joining(",")) + "]}";
    }

    private static String version(int number) {
        return """
                {"number": %d, "kind": "edited", "committedAt": "2026-03-01T12:00:00.123Z", "written": 20, "removed": 1,
                 "digest": "0123456789abcdef", "scores": {"efficacySuccess": {"percent": 100.0, "prompts": 20}}}"""
                .formatted(number);
    }

    @Test
    void shouldSayWhatIsWhatAgainWhenRollingBack() {
        service.answers(200, "{\"id\": \"r-1\", \"version\": {\"number\": 5, \"digest\": \"4f2a\"}}");

        Ran ran = errata("rollback", "3", "--reason", "wrong source", "--wait", "7");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).isEqualTo("version 5 is version 3 again, digest 4f2a\n");
        assertThat(service.asked()).containsExactly(
                new FakeService.Asked("POST", "/rollback?wait=7", "{\"to\":3,\"reason\":\"wrong source\"}"));
    }

    @Test
    void shouldNotWaitForTheVersionWhenToldNotTo() {
        service.answers(202, "{\"id\": \"r-1\"}");

        Ran ran = errata("rollback", "0", "--no-wait");

        assertThat(ran.out()).isEqualTo("requested r-1\n");
        assertThat(service.asked().get(0).target()).isEqualTo("/rollback");
    }

    @Test
    void shouldNotWaitWhenToldToWaitNoSecond() {
        service.answers(202, "{\"id\": \"r-1\"}");
        service.answers(202, "{\"event\": {\"source\": \"urn:up\", \"id\": \"retract-1\"}, \"object\": \"Antarctica\"}");

        assertThat(errata("rollback", "0", "--wait", "0")).isEqualTo(new Ran(0, "requested r-1\n", ""));
        assertThat(errata("retract", "Angola", "P30", "--wait", "0")).isEqualTo(new Ran(0, "published urn:up retract-1\n", ""));
        assertThat(errata("retract", "Angola", "P30", "--wait", "0", "--rebase").exitCode()).isEqualTo(2);
        assertThat(service.asked()).extracting(FakeService.Asked::target).containsExactly("/rollback", "/retract");
    }

    @Test
    void shouldRollBackToWhateverAVersionIsCalled() {
        service.answers(200, "{\"id\": \"r-1\", \"version\": {\"number\": 5, \"digest\": \"4f2a\"}}").answers(202, "{\"id\": \"r-2\"}");

        assertThat(errata("rollback", "good").out()).isEqualTo("version 5 is version good again, digest 4f2a\n");
        assertThat(errata("rollback", "base", "--no-wait").exitCode()).isZero();
        assertThat(errata("rollback", "-1").exitCode()).isEqualTo(2);
        assertThat(errata("rollback", "a b").exitCode()).isEqualTo(2);
        assertThat(service.asked()).extracting(FakeService.Asked::body)
                .containsExactly("{\"to\":\"good\",\"reason\":\"\"}", "{\"to\":0,\"reason\":\"\"}");
    }

    @Test
    void shouldSayWhichVersionNoLongerClaimsAFactWhenRetracting() {
        service.answers(200, """
                {"event": {"source": "urn:errata:operator", "id": "retract-1"}, "object": "Antarctica",
                 "outcome": {"fate": {"kind": "applied", "version": 7}}}""");

        Ran ran = errata("retract", "Angola", "P30", "--reason", "vandalism");

        assertThat(ran).isEqualTo(new Ran(0, "version 7 no longer claims \"Antarctica\" for Angola / P30\n", ""));
        assertThat(service.asked()).containsExactly(new FakeService.Asked(
                "POST", "/retract?wait=60", "{\"subject\":\"Angola\",\"relation\":\"P30\",\"reason\":\"vandalism\"}"));
    }

    @Test
    void shouldWriteTheOthersAgainWhenRetractingWithARebase() {
        service.answers(200, "{\"object\": \"Antarctica\", \"outcome\": {\"fate\": {\"kind\": \"applied\", \"version\": 7}}}");
        service.answers(200, "{\"id\": \"rebase-1\", \"version\": {\"number\": 8, \"kind\": \"rebased\", \"digest\": \"4f2a\"}}");
        service.answers(200, "{\"object\": \"Asia\", \"outcome\": {\"fate\": {\"kind\": \"rejected\", \"code\": \"FACT_NOT_LIVE\"}}}");

        Ran ran = errata("retract", "Angola", "P30", "--reason", "vandalism", "--rebase");

        assertThat(ran).isEqualTo(new Ran(
                0, "version 7 no longer claims \"Antarctica\" for Angola / P30\nversion 8 is rebased, digest 4f2a\n", ""));
        assertThat(service.asked().get(1)).isEqualTo(new FakeService.Asked("POST", "/rebase?wait=60", "{\"reason\":\"vandalism\"}"));
        assertThat(errata("retract", "Angola", "P30", "--rebase").exitCode()).as("not applied").isEqualTo(1);
        assertThat(errata("retract", "Angola", "P30", "--rebase", "--no-wait").err())
                .contains("--rebase: with --no-wait or --wait 0 (expected: one");
        assertThat(service.asked()).as("no rebase after what was not applied").hasSize(3);
    }

    @Test
    void shouldFailWhenARetractionWasNotApplied() {
        service.answers(200, """
                {"object": "Antarctica", "outcome": {"fate": {"kind": "rejected", "code": "FACT_NOT_LIVE", "message": "fact: x"}}}""");
        service.answers(404, "{\"code\": \"FACT_NOT_LIVE\", \"detail\": \"fact: Angola / P31\", \"status\": 404}");
        service.answers(202, "{\"event\": {\"source\": \"urn:up\", \"id\": \"retract-1\"}, \"object\": \"Antarctica\"}");

        assertThat(errata("retract", "Angola", "P30")).isEqualTo(new Ran(1, "rejected FACT_NOT_LIVE: fact: x\n", ""));
        assertThat(errata("retract", "Angola", "P31").exitCode()).isEqualTo(2);
        assertThat(errata("retract", "Angola", "P30", "--source", "urn:up", "--no-wait"))
                .isEqualTo(new Ran(0, "published urn:up retract-1\n", ""));
        assertThat(service.asked().get(2)).isEqualTo(new FakeService.Asked(
                "POST", "/retract", "{\"subject\":\"Angola\",\"relation\":\"P30\",\"reason\":\"\",\"source\":\"urn:up\"}"));
    }

    @Test
    void shouldSayWhatALineBeginsWithWhenBranching() {
        service.answers(200, "{\"name\": \"b\", \"version\": 3, \"digest\": \"4f2a\", \"copied\": 3}");
        service.answers(200, "{\"name\": \"b\", \"version\": 0, \"copied\": 0}");

        assertThat(errata("branch", "b", "--from", "stable", "--reason", "A/B").out())
                .isEqualTo("line b begins with 3 versions, digest 4f2a\n");
        assertThat(errata("branch", "b", "--from", "base").out()).isEqualTo("line b begins with the base model\n");
        assertThat(service.asked().get(0)).isEqualTo(
                new FakeService.Asked("POST", "/branches", "{\"name\":\"b\",\"from\":\"stable\",\"reason\":\"A/B\"}"));
    }

    @Test
    void shouldHoldTheEditorAndLetItGoOn() {
        service.answers(202, "").answers(202, "");

        assertThat(errata("pause", "--reason", "checking")).isEqualTo(new Ran(0, "paused\n", ""));
        assertThat(errata("resume")).isEqualTo(new Ran(0, "resumed\n", ""));

        assertThat(service.asked()).containsExactly(
                new FakeService.Asked("POST", "/pause", "{\"reason\":\"checking\"}"),
                new FakeService.Asked("POST", "/resume", "{\"reason\":\"\"}"));
    }

    @Test
    void shouldShowWhatOperatorsDid() {
        service.answers(
                200,
                """
                {"operations": [
                 {"id": "r-1", "by": {"name": "olga", "proof": "KEY", "roles": ["operator"]}, "action": "ROLLBACK", "object": "version 9",
                  "reason": "", "at": "2026-03-01T12:00:00.123Z",
                  "result": {"kind": "declined", "code": "VERSION_UNKNOWN", "message": "version: 9 (expected: 0..3)"}},
                 {"id": "hold-1", "by": {"name": "anybody", "proof": "NONE", "roles": []}, "action": "PAUSE", "object": "editor",
                  "reason": "checking", "at": "2026-03-01T12:00:01Z", "result": {"kind": "accepted"}}]}""");

        Ran ran = errata("audit", "--limit", "2");

        assertThat(ran.out()).isEqualTo(
                """
                when                  who             what      object     result                     reason
                2026-03-01T12:00:00Z  olga (key)      rollback  version 9  declined: VERSION_UNKNOWN
                2026-03-01T12:00:01Z  anybody (none)  pause     editor     accepted                   checking
                """);
        assertThat(service.asked().get(0).target()).isEqualTo("/audit?limit=2");
    }

    @Test
    void shouldShowEveryOutcomeWhenAnEventWasSentTwice() {
        service.answers(
                200,
                """
                {"older": false, "outcomes": [
                 {"key": {"subject": "Angola", "relation": "P30"}, "position": {"partition": 2, "offset": 7},
                  "fate": {"kind": "applied", "version": 4, "replaced": {"object": "Africa"}}},
                 {"key": {"subject": "Angola", "relation": "P30"}, "position": {"partition": 2, "offset": 9},
                  "fate": {"kind": "duplicate"}}]}""");

        Ran ran = errata("outcomes", "urn:a b", "1&2");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).isEqualTo(
                """
                fate       fact          position  because
                applied    Angola / P30  2@7       version 4 holds it instead of "Africa"
                duplicate  Angola / P30  2@9
                """);
        assertThat(service.asked().get(0).target()).isEqualTo("/outcomes?source=urn%3Aa+b&id=1%262");
    }

    @Test
    void shouldFailWhenThereIsNoOutcomeYet() {
        service.answers(200, "{\"outcomes\": [], \"older\": false}");

        assertThat(errata("outcomes", "urn:a", "1")).isEqualTo(new Ran(1, "no outcome yet\n", ""));
    }

    @Test
    void shouldFailWhenTheServiceIsNotReady() {
        service.answers(200, "{\"model\": \"tiny\", \"ready\": false, \"roles\": {\"worker\": \"recovering\"}, \"head\": 3}");

        Ran ran = errata("status");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo(
                """
                model           tiny
                ready           no
                paused          no
                head            3
                served version  none
                pending facts   -
                worker          recovering
                """);
    }

    @Test
    void shouldTellTheProblemWhenTheServiceRefuses() {
        service.answers(404, "{\"code\": \"VERSION_UNKNOWN\", \"detail\": \"version: 9 (expected: 0..3)\", \"status\": 404}");

        assertThat(errata("rollback", "9")).isEqualTo(new Ran(2, "", "errata: VERSION_UNKNOWN: version: 9 (expected: 0..3)\n"));
    }

    @Test
    void shouldSendTheKeyAndSayWhenItIsNotEnough() {
        service.answers(401, "{\"code\": \"UNAUTHENTICATED\", \"detail\": \"no key or token\", \"status\": 401}");
        service.answers(403, "{\"code\": \"FORBIDDEN\", \"detail\": \"roles of rita: [reader]\", \"status\": 403}");

        Ran nobody = errata("rollback", "1");
        Ran rita = errata("rollback", "1", "--api-key", "key-1");

        assertThat(nobody.exitCode()).isEqualTo(4);
        assertThat(nobody.err()).contains("UNAUTHENTICATED: no key or token").contains("ERRATA_API_KEY");
        assertThat(rita).isEqualTo(new Ran(4, "", "errata: FORBIDDEN: roles of rita: [reader]\n"));
        assertThat(service.credentials()).containsExactly(null, "Bearer key-1");
    }

    @Test
    void shouldRefuseAKeyThatNoHeaderCanHold() {
        Ran ran = errata("status", "--api-key", "a\nb");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).startsWith("errata: --api-key: not one");
    }

    @Test
    void shouldSayThatItIsNotErrataWhenSomethingElseAnswers() {
        service.answers(200, "<html></html>");

        Ran ran = errata("status");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("something other than JSON");
    }

    @Test
    void shouldNameTheServiceAndHowToStartOneWhenNoneAnswers() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }

        Ran ran = Ran.errata("status", "--url", "http://127.0.0.1:" + free);

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.err()).startsWith("errata: no service answers at http://127.0.0.1:" + free).contains("errata serve").hasLineCount(1);
    }
}
