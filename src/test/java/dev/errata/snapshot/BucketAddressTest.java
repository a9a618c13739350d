package dev.errata.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BucketAddressTest {
    @ParameterizedTest
    @CsvSource({
        "s3://my-bucket, my-bucket, line/",
        "s3://my-bucket/, my-bucket, line/",
        "s3://my-bucket/a, my-bucket, a/line/",
        "s3://my.bucket/a/b/, my.bucket, a/b/line/"
    })
    void shouldHaveBucketAndPrefix(String location, String bucket, String prefix) {
        BucketAddress address = BucketAddress.of(location, "line", "eu-central-1", Optional.empty());

        assertThat(address.bucket()).isEqualTo(bucket);
        assertThat(address.prefix()).isEqualTo(prefix);
        assertThat(address).hasToString("s3://" + bucket + "/" + prefix);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3:/bucket", "s3://", "s3://B", "s3://Upper/a", "s3:///a"})
    void shouldSayWhatItExpectsWhenItIsNone(String location) {
        assertThat(BucketAddress.isOne(location)).isTrue();
        assertThatThrownBy(() -> BucketAddress.of(location, "line", "r", Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(location + " (expected: s3://BUCKET or s3://BUCKET/PREFIX)");
    }

    @Test
    void shouldTakeADirectoryForADirectory() {
        assertThat(BucketAddress.isOne("data/snapshots")).isFalse();
    }
}
