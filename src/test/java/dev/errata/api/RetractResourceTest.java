package dev.errata.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RetractResourceTest {
    @Test
    void shouldRefuseASourceWhenItIsNoneOrTooLong() {
        assertThat(RetractResource.source("u".repeat(500))).hasSize(500);
        assertThat(RetractResource.source(null)).isEqualTo("urn:errata:operator");
        assertThatThrownBy(() -> RetractResource.source("u".repeat(501))).hasMessage("source: 501 characters (expected: 1..500)");
        assertThatThrownBy(() -> RetractResource.source(" ")).hasMessage("source: 0 characters (expected: 1..500)");
    }
}
