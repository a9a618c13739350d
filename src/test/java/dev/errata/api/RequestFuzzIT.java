package dev.errata.api;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.fuzz.Fuzzing;
import dev.errata.fuzz.Parser;
import dev.errata.fuzz.Shape;
import dev.errata.stream.Examples;
import dev.errata.stream.FactEvent;
import dev.errata.stream.event.FactDocuments;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whatever is sent to REST: it is done or refused with a code. Requests go as bytes, so that their heads are wild too.
 * {@code -Dfuzz.requests=N -Dfuzz.seed=N}: names that begin with {@code errata} are settings, and there are none such.
 */
@QuarkusTest
@TestProfile(ApiOnBroker.class)
class RequestFuzzIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long INPUTS = Long.getLong("fuzz.requests", 500);
    private static final long SEED = Fuzzing.seed("fuzz.seed");
    /** A request that is not whole is waited for; one that is has its answer before, unless the machine is very busy. */
    private static final int WAIT_MILLIS = 250;
    /** For what must be answered. */
    private static final int LONG_WAIT_MILLIS = 30_000;
    /** What the server itself says of requests that are none of HTTP, such as a path without a slash: nobody writes a problem. */
    private static final List<Integer> NO_HTTP = List.of(400, 404, 413, 414, 431, 501, 505);

    @TestHTTPResource
    URL url;

    @Test
    void shouldAnswerOrRefuseWithACodeWhenARequestIsWild() throws Exception {
        String fact = FactDocuments.write(new FactEvent(Examples.asserted())).toString();
        List<byte[]> corpus = Stream.of(
                        post("/facts", fact),
                        post("/facts", "{\"facts\": [" + fact + ", " + FactDocuments.write(new FactEvent(Examples.retracted())) + "]}"),
                        post("/rollback", "{\"to\": 0, \"reason\": \"why\"}"),
                        post("/rebase", "{\"reason\": \"why\"}"),
                        get("/versions?from=1&limit=3"),
                        get("/outcomes?source=urn:a&id=1"),
                        get("/status"))
                .map(RequestFuzzIT::withLength)
                .toList();
        // The first one waits for a producer.
        given().contentType(ContentType.JSON).body(fact).post("/facts").then().statusCode(202);
        Shape shape = Shape.sealed(Shape.behindLines(Shape.JSON), RequestFuzzIT::withLength);

        Set<ByteBuffer> whole = corpus.stream().map(ByteBuffer::wrap).collect(Collectors.toSet());
        Parser parser = Parser.of(
                "REST", corpus, shape, request -> send(request, whole.contains(ByteBuffer.wrap(request)) ? LONG_WAIT_MILLIS : WAIT_MILLIS));
        Fuzzing.holds(parser, INPUTS, SEED);
    }

    private static byte[] post(String path, String body) {
        return ("POST " + path + " HTTP/1.1\nHost: a\nContent-Type: application/json\nContent-Length: 0\nConnection: close\n\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\nHost: a\nConnection: close\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** With the length of the body that it has, where it says one. */
    private static byte[] withLength(byte[] request) {
        int body = Shape.emptyLine(request);
        if (body < 0) {
            return request;
        }
        String head = new String(request, 0, body, StandardCharsets.ISO_8859_1)
                .replaceFirst("Content-Length: \\d+", "Content-Length: " + (request.length - body));
        return Shape.join(head.getBytes(StandardCharsets.ISO_8859_1), Arrays.copyOfRange(request, body, request.length));
    }

    /** Lines of the head end as HTTP has them; they are shorter above so that {@link Shape} finds where the head ends. */
    private static byte[] withLineEnds(byte[] request) {
        int body = Math.max(0, Shape.emptyLine(request));
        String head = new String(request, 0, body, StandardCharsets.ISO_8859_1).replace("\n", "\r\n");
        return Shape.join(head.getBytes(StandardCharsets.ISO_8859_1), Arrays.copyOfRange(request, body, request.length));
    }

    private void send(byte[] request, int waitMillis) throws IOException {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(waitMillis);
            socket.getOutputStream().write(withLineEnds(request));
            judge(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (SocketTimeoutException e) {
            throw new ErrataException(Failure.REQUEST_INVALID, "the server waits for more, or keeps the connection", e);
        } catch (SocketException e) {
            throw new ErrataException(Failure.REQUEST_INVALID, "the server hung up: " + e.getMessage(), e);
        }
    }

    private static void judge(String answer) throws IOException {
        if (answer.isEmpty()) {
            throw new ErrataException(Failure.REQUEST_INVALID, "the server hung up");
        }
        // The version before it is the one that was asked for, however strange.
        int status = Integer.parseInt(answer.substring(0, answer.indexOf("\r\n")).replaceFirst("^.*? ?(\\d{3}) .*$", "$1"));
        if (status < 300) {
            return;
        }
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        if (NO_HTTP.contains(status) && !answer.contains("application/problem+json")) {
            throw new ErrataException(Failure.REQUEST_INVALID, "no HTTP: " + status);
        }
        JsonNode problem = JSON.readTree(body);
        if (problem.path("code").asText().isEmpty() || problem.path("code").asText().equals(Failure.INTERNAL.name())) {
            throw new AssertionError(answer);
        }
        Failure failure = Stream.of(Failure.values()).filter(known -> known.name().equals(problem.get("code").asText())).findFirst()
                .orElse(Failure.REQUEST_INVALID);
        throw new ErrataException(failure, problem.path("detail").asText());
    }
}
