package dev.errata.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.SafetensorsWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that speaks S3 over a socket and checks signatures. */
class SnapshotBucketTest {
    private static final String NAME = "64-" + "0".repeat(64) + ".safetensors";

    private S3Server server;
    private SnapshotBucket bucket;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server();
        bucket = new SnapshotBucket(server.address(S3Server.BUCKET));
    }

    @AfterEach
    void stop() throws Exception {
        bucket.close();
        server.close();
    }

    private static SafetensorsWriter tensors(float... values) {
        return new SafetensorsWriter().floats("a.weight", new long[] {values.length}, values);
    }

    private static float[] floats(int count) {
        float[] values = new float[count];
        Random random = new Random(1);
        IntStream.range(0, count).forEach(i -> values[i] = random.nextFloat());
        return values;
    }

    @Test
    void shouldGiveBackWhatWasWritten() {
        float[] values = floats(1_000_000);

        bucket.write(NAME, tensors(values));

        assertThat(bucket.read(NAME).orElseThrow().floats("a.weight")).isEqualTo(values);
        assertThat(bucket.names()).containsExactly(NAME);
    }

    @Test
    void shouldHaveNothingWhereNothingWasWritten() {
        assertThat(bucket.read(NAME)).isEmpty();
        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void shouldNameAllWhenThereAreMoreThanAPage() {
        List<String> names = IntStream.range(0, 1_005).mapToObj(number -> number + "-x").sorted().toList();
        names.forEach(name -> bucket.write(name, tensors(1)));

        assertThat(bucket.names()).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void shouldDeleteWhatIsThereAndWhatIsNot() {
        bucket.write(NAME, tensors(1));

        bucket.delete(NAME);
        bucket.delete(NAME);

        assertThat(bucket.read(NAME)).isEmpty();
    }

    /** No other line's, and nothing that lies beside. */
    @Test
    void shouldSeeOnlyItsOwnLine() {
        BucketAddress own = server.address(S3Server.BUCKET);
        BucketAddress beside = new BucketAddress(own.bucket(), own.prefix().replace("line", "line2"), own.region(), own.endpoint());
        try (SnapshotBucket other = new SnapshotBucket(beside)) {
            other.write(NAME, tensors(1));
        }

        assertThat(bucket.names()).isEmpty();
        assertThat(bucket.read(NAME)).isEmpty();
    }

    @Test
    void shouldLeaveNoTemporaryFile() throws Exception {
        bucket.write(NAME, tensors(1));
        bucket.read(NAME);

        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("errata-snapshot"))).isEmpty();
        }
    }

    private static void assertUnreachable(SnapshotBucket place) {
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> place.names(), () -> place.read(NAME), () -> place.write(NAME, tensors(1)), () -> place.delete(NAME))) {
            assertThatThrownBy(call)
                    .isInstanceOfSatisfying(ErrataException.class, e ->
                            assertThat(e.failure()).isEqualTo(Failure.SNAPSHOTS_UNREACHABLE))
                    .hasMessageContaining("(expected: a bucket to read and write)")
                    .satisfies(e -> assertThat(e.toString()).doesNotContain(S3Server.SECRET, S3Server.KEY_ID));
        }
    }

    @Test
    void shouldSayThatItCannotBeReachedWhenTheKeyIsWrong() {
        System.setProperty("aws.secretAccessKey", "another");
        try (SnapshotBucket refused = new SnapshotBucket(server.address(S3Server.BUCKET))) {
            assertUnreachable(refused);
        }
    }

    @Test
    void shouldSayThatItCannotBeReachedWhenNobodyListens() throws Exception {
        server.stop();

        assertUnreachable(bucket);
    }

    @Test
    void shouldSayThatItCannotBeReachedWhenThereIsNoSuchBucket() {
        try (SnapshotBucket none = new SnapshotBucket(server.address("another-bucket"))) {
            assertThatThrownBy(none::names).hasMessageContaining("s3://another-bucket/kept/line/");
            assertThatThrownBy(() -> none.write(NAME, tensors(1))).isInstanceOf(ErrataException.class);
        }
    }
}
