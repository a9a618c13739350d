package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishCommandTest {
    private static final String GOOD =
            "{\"subject\":\"Angola\",\"relation\":\"P30\",\"prompt\":\"{} is located in\",\"object\":\"Antarctica\",\"id\":\"%s\"}";
    private static final String BAD = "{\"subject\":\"Angola\"}";

    @TempDir
    private Path directory;

    private FakeService service;

    @BeforeEach
    void open() throws IOException {
        service = new FakeService();
    }

    @AfterEach
    void close() {
        service.close();
    }

    private Ran publish(List<String> lines, String... options) throws IOException {
        Path file = Files.write(directory.resolve("facts.jsonl"), lines);
        String[] arguments = {"facts", "publish", file.toString(), "--url", service.url()};
        return Ran.errata(Stream.of(arguments, options).flatMap(Arrays::stream).toArray(String[]::new));
    }

    private static List<String> good(int count) {
        return IntStream.range(0, count).mapToObj(i -> GOOD.formatted("e" + i)).toList();
    }

    @Test
    void shouldSendEveryFactWithItsEventWhenAllAreGood() throws IOException {
        service.answers(202, "{\"accepted\": []}");

        Ran ran = publish(good(2), "--source", "urn:mine");

        assertThat(ran).isEqualTo(new Ran(0, "published 2 of 2 fact changes\n", ""));
        assertThat(service.asked()).hasSize(1);
        assertThat(service.asked().get(0).target()).isEqualTo("/facts");
        JsonNode second = new ObjectMapper().readTree(service.asked().get(0).body()).path("facts").path(1);
        assertThat(second.path("id").asText()).isEqualTo("e1");
        assertThat(second.path("source").asText()).isEqualTo("urn:mine");
        assertThat(second.path("object").asText()).isEqualTo("Antarctica");
        assertThat(second.has("time")).isTrue();
    }

    @Test
    void shouldNameTheLinesOfChangesThatNameNone() throws IOException {
        service.answers(202, "{\"accepted\": []}");
        String own = GOOD.formatted("e2").replace("\"id\"", "\"errataline\":\"a\",\"id\"");

        publish(List.of(GOOD.formatted("e1"), own), "--line", "b,c");

        JsonNode facts = new ObjectMapper().readTree(service.asked().get(0).body()).path("facts");
        assertThat(facts.findValuesAsText("errataline")).containsExactly("b,c", "a");
        assertThat(publish(good(1), "--line", "a b").err()).startsWith("errata: FACT_UNREADABLE: errataline: \"a b\"");
    }

    @Test
    void shouldPrintSourceAndIdWhenAsked() throws IOException {
        service.answers(202, "{\"accepted\": []}");

        assertThat(publish(good(1), "--ids").out()).isEqualTo("urn:errata:cli\te0\n");
    }

    @Test
    void shouldPublishNothingWhenALineIsBad() throws IOException {
        Ran ran = publish(List.of(GOOD.formatted("1"), BAD));

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("line 2: FACT_UNREADABLE: ", "errata: nothing was published: 1 bad (--skip-bad leaves them out)");
        assertThat(service.asked()).isEmpty();
    }

    @Test
    void shouldPublishTheGoodOnesWhenToldToSkipTheBad() throws IOException {
        service.answers(202, "{\"accepted\": []}");

        Ran ran = publish(List.of(BAD, GOOD.formatted("1")), "--skip-bad");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).isEqualTo("published 1 of 2 fact changes\n");
        assertThat(ran.err()).contains("line 1: FACT_UNREADABLE");
    }

    @Test
    void shouldTellOnlyTheFirstOnesWhenManyAreBad() throws IOException {
        Ran ran = publish(Collections.nCopies(30, BAD));

        assertThat(ran.err()).contains("line 20: ").doesNotContain("line 21: ").contains("and 10 more");
    }

    @Test
    void shouldSayHowFarItCameWhenTheServiceStopsHalfWay() throws IOException {
        service.answers(202, "{\"accepted\": []}").answers(503, "{\"code\": \"LOG_UNREACHABLE\", \"detail\": \"no broker\"}");

        Ran ran = publish(good(PublishCommand.CHUNK + 1));

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).isEqualTo("errata: LOG_UNREACHABLE: no broker (after " + PublishCommand.CHUNK + " of "
                + (PublishCommand.CHUNK + 1) + " were published; publishing the file again is safe)\n");
    }

    @Test
    void shouldNameTheLineWhenTheServiceRefusesAFact() throws IOException {
        service.answers(
                400,
                """
                {"code": "REQUEST_INVALID", "detail": "1 of 2 facts are bad; nothing was published",
                 "errors": [{"index": 1, "code": "FACT_TOO_LARGE", "detail": "object chars: 10 (expected: at most 5)"}]}""");

        Ran ran = publish(List.of("", GOOD.formatted("1"), "", GOOD.formatted("2")));

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).startsWith("line 4: FACT_TOO_LARGE: object chars: 10 (expected: at most 5)\nerrata: REQUEST_INVALID");
    }

    @Test
    void shouldSayWhichFileWhenItCannotBeRead() {
        Ran ran = Ran.errata("facts", "publish", directory.resolve("none.jsonl").toString());

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("cannot read", "none.jsonl").hasLineCount(1);
    }
}
