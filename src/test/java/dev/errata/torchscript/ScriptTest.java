package dev.errata.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class ScriptTest {
    @Test
    void shouldGiveWhatTheOperatorGivesOnTheManagerThatIsNamed() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray x = manager.create(new float[] {1, 2}, new Shape(1, 2));
            NDArray weight = manager.create(new float[] {3, 4, 5, 6}, new Shape(2, 2));
            NDManager other = manager.newSubManager();

            NDArray y = Script.load("PlainProducts").tensor(other, "linear_without_bias", x, weight);

            assertThat(y.toFloatArray()).containsExactly(11, 17);
            assertThat(y.getManager()).isSameAs(other);
        }
    }

    @Test
    void shouldRefuseAScriptThatIsNotThere() {
        assertThatThrownBy(() -> Script.load("Nothing")).hasMessageContaining("torchscript/Nothing.py");
    }

    @Test
    void shouldRefuseAnArgumentThatNoScriptTakes() {
        assertThatThrownBy(() -> Script.load("PlainProducts").run("linear", "text")).hasMessageContaining("argument: text");
    }
}
