package dev.errata.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Says that something is refused with a code, and with what was expected. */
final class Refusals {
    private Refusals() {}

    static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Failure failure, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(failure))
                .hasMessageContaining("(expected: ");
    }
}
