package dev.errata.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsOfTheLogTest {
    private static void invalid(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a|b", "ü", "a b", "a/b"})
    void shouldRefuseAModelNameThatCannotBePartOfKeysAndGroups(String model) {
        invalid(() -> new ModelLine(Topics.DEFAULT, model));
    }

    @Test
    void shouldRefuseAPrefixThatNoTopicMayHave() {
        invalid(() -> new Topics("errata/"));
    }

    @Test
    void shouldBoundABatchByTheLimitsOfItsFacts() {
        assertThatCode(() -> FactLimits.DEFAULT.requireRoomFor(250)).doesNotThrowAnyException();
        invalid(() -> FactLimits.DEFAULT.requireRoomFor(260));
    }
}
