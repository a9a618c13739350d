package dev.errata.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatesTest {
    /** Enough for the index to be a block of memory that is given away again as soon as it is free. */
    private static final int PICKS = 1 << 16;

    /** On a CPU an array made from Java values lies in Java's memory, which goes with the array even while a gradient's tape needs it. */
    @Test
    void shouldKeepForTheGradientWhichStatesWerePicked() throws Exception {
        int[] rows = new int[PICKS];
        int[] positions = IntStream.range(0, PICKS).map(i -> i % 8).toArray();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), Devices.ENGINE);
                Tape tape = Tape.open()) {
            NDArray states = manager.zeros(new Shape(1, 16, 1));
            states.setRequiresGradient(true);

            NDArray sum = States.at(states, rows, positions).sum();
            List<ByteBuffer> others = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                System.gc();
                Thread.sleep(5);
                for (int j = 0; j < 8; j++) {
                    ByteBuffer other = ByteBuffer.allocateDirect(PICKS * Long.BYTES);
                    while (other.hasRemaining()) {
                        other.putLong(0);
                    }
                    others.add(other);
                }
            }
            tape.backward(sum);

            float[] expected = new float[16];
            Arrays.fill(expected, 0, 8, PICKS / 8f);
            assertThat(states.getGradient().toFloatArray()).containsExactly(expected);
            assertThat(others).hasSize(160);
        }
    }
}
