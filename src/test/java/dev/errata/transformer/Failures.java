package dev.errata.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts on failures: the code, and that the message names what it should. */
final class Failures {
    private Failures() {}

    static void assertFails(Failure failure, ThrowingCallable call, String... named) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrataException.class, e -> {
            assertThat(e.failure()).as(e.getMessage()).isEqualTo(failure);
            assertThat(e.getMessage()).contains(named).contains("(expected: ");
        });
    }
}
