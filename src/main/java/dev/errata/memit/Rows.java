package dev.errata.memit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * A matrix of fp64 rows to which more are added at the end, in native memory that the engine multiplies with where it lies.
 *
 * <p>A live set changes by a few pairs at a time and is large: to copy all its keys for each change would cost more than the change.
 * So a matrix and the one that continues it share their blocks of memory; only blocks that lose rows are copied.
 *
 * <h2>Limits</h2> 256 MiB in a block, any number of blocks; memory is given back by the garbage collector.
 * <h2>Thread safety</h2> Immutable: who appends second to one matrix writes into another block.
 */
final class Rows {
    private static final int BLOCK_BYTES = 1 << 28;
    private static final int FIRST_ROWS = 16;
    /** Rows that are copied out at a time by whoever goes over all of them. */
    static final int STEP_ROWS = 512;
    /** What the engine's kernels want, so that where memory happens to lie changes no bit. */
    private static final int ALIGNMENT = 64;

    private final int width;
    private final int count;
    private final List<Block> blocks;

    private Rows(int width, List<Block> blocks) {
        this.width = width;
        this.blocks = List.copyOf(blocks);
        this.count = blocks.stream().mapToInt(Block::rows).sum();
    }

    /** The first {@code rows} rows of some memory. */
    private record Block(Memory memory, int rows) {}

    /** Memory for some rows, filled from the beginning. */
    private static final class Memory {
        private final int width;
        private final int capacity;
        private final ByteBuffer bytes;
        private int used;

        Memory(int width, int capacity) {
            this.width = width;
            this.capacity = capacity;
            int size = Math.multiplyExact(Math.multiplyExact(capacity, width), Double.BYTES);
            // An aligned slice ends at a multiple, too.
            this.bytes = ByteBuffer.allocateDirect(size + 2 * ALIGNMENT).alignedSlice(ALIGNMENT);
        }

        /** Takes the room behind the first {@code from} rows, at most {@code wanted} rows of it; none when somebody else has it. */
        synchronized int claim(int from, int wanted) {
            int claimed = used == from ? Math.min(wanted, capacity - used) : 0;
            used += claimed;
            return claimed;
        }

        ByteBuffer rows(int from, int to) {
            int row = width * Double.BYTES;
            return bytes.slice(from * row, (to - from) * row).order(ByteOrder.nativeOrder());
        }
    }

    /** No rows of this width. */
    static Rows empty(int width) {
        return new Rows(width, List.of());
    }

    int count() {
        return count;
    }

    int width() {
        return width;
    }

    /** These rows and then those of a matrix (any, width). */
    Rows append(DMatrixRMaj more) {
        List<Block> all = new ArrayList<>(blocks);
        int done = 0;
        if (!all.isEmpty()) {
            Block last = all.get(all.size() - 1);
            done = last.memory.claim(last.rows, more.numRows);
            put(last.memory, last.rows, more, 0, done);
            all.set(all.size() - 1, new Block(last.memory, last.rows + done));
        }
        int most = Math.max(1, BLOCK_BYTES / (width * Double.BYTES));
        while (done < more.numRows) {
            int wanted = Math.min(most, Math.max(more.numRows - done, Math.max(FIRST_ROWS, count)));
            Memory memory = new Memory(width, wanted);
            int taken = memory.claim(0, more.numRows - done);
            put(memory, 0, more, done, taken);
            all.add(new Block(memory, taken));
            done += taken;
        }
        return new Rows(width, all);
    }

    private static void put(Memory memory, int at, DMatrixRMaj from, int row, int rows) {
        memory.rows(at, at + rows).asDoubleBuffer().put(from.data, row * from.numCols, rows * from.numCols);
    }

    /** All but these rows, in their order. */
    Rows without(int... struck) {
        boolean[] gone = new boolean[count];
        for (int row : struck) {
            gone[row] = true;
        }
        List<Block> kept = new ArrayList<>();
        int first = 0;
        for (Block block : blocks) {
            int left = 0;
            for (int row = 0; row < block.rows; row++) {
                left += gone[first + row] ? 0 : 1;
            }
            if (left == block.rows) {
                kept.add(block);
            } else if (left > 0) {
                kept.add(copy(block, gone, first, left));
            }
            first += block.rows;
        }
        return new Rows(width, kept);
    }

    private Block copy(Block block, boolean[] gone, int first, int left) {
        Memory memory = new Memory(width, block.memory.capacity);
        int to = memory.claim(0, left) - left;
        for (int row = 0; row < block.rows; row++) {
            if (!gone[first + row]) {
                memory.rows(to, to + 1).put(block.memory.rows(row, row + 1));
                to++;
            }
        }
        return new Block(memory, left);
    }

    /** Some rows as a matrix of their own. */
    DMatrixRMaj pick(int... rows) {
        DMatrixRMaj picked = new DMatrixRMaj(rows.length, width);
        for (int i = 0; i < rows.length; i++) {
            int row = rows[i];
            int block = 0;
            while (row >= blocks.get(block).rows) {
                row -= blocks.get(block++).rows;
            }
            blocks.get(block).memory.rows(row, row + 1).asDoubleBuffer().get(picked.data, i * width, width);
        }
        return picked;
    }

    /** Some neighbouring rows as a matrix of their own. */
    DMatrixRMaj range(int from, int to) {
        return pick(IntStream.range(from, to).toArray());
    }

    /** All rows as a matrix of their own. */
    DMatrixRMaj matrix() {
        DMatrixRMaj all = new DMatrixRMaj(count, width);
        int at = 0;
        for (Block block : blocks) {
            block.memory.rows(0, block.rows).asDoubleBuffer().get(all.data, at * width, block.rows * width);
            at += block.rows;
        }
        return all;
    }

    /** {@code rows·queriesᵀ}, (count, n), for queries (n, width). */
    DMatrixRMaj timesTransposed(DMatrixRMaj queries) {
        DMatrixRMaj all = new DMatrixRMaj(count, queries.numRows);
        if (all.data.length == 0) {
            return all;
        }
        if (Products.small(count, width, queries.numRows)) {
            return CommonOps_DDRM.multTransB(matrix(), queries, all);
        }
        try (NDManager step = Products.manager()) {
            NDArray transposed = Products.upload(step, queries).transpose();
            forEach(step, (first, block) -> Doubles.download(block.matMul(transposed), all, first));
        }
        return all;
    }

    /** {@code weightsᵀ·rows}, (n, width), for weights (count, n). */
    DMatrixRMaj combine(DMatrixRMaj weights) {
        if (count == 0 || weights.numCols == 0) {
            return new DMatrixRMaj(weights.numCols, width);
        }
        if (Products.small(weights.numCols, count, width)) {
            return CommonOps_DDRM.multTransA(weights, matrix(), new DMatrixRMaj(weights.numCols, width));
        }
        try (NDManager step = Products.manager()) {
            NDArray transposed = Products.upload(step, weights).transpose();
            NDArray sum = step.zeros(new Shape(weights.numCols, width), DataType.FLOAT64);
            forEach(step, (first, block) -> {
                long last = first + block.getShape().get(0);
                try (NDArray some = transposed.get(":, {}:{}", first, last);
                        NDArray product = some.matMul(block)) {
                    sum.addi(product);
                }
            });
            return Doubles.download(sum);
        }
    }

    /** {@code rowsᵀ·other}, (width, other's width), for as many rows of another matrix. */
    DMatrixRMaj transposedTimes(Rows other) {
        try (NDManager step = Products.manager()) {
            NDArray sum = step.zeros(new Shape(width, other.width), DataType.FLOAT64);
            for (int from = 0; from < count; from += STEP_ROWS) {
                int to = Math.min(count, from + STEP_ROWS);
                try (NDArray some = Products.upload(step, range(from, to));
                        NDArray transposed = some.transpose();
                        NDArray others = Products.upload(step, other.range(from, to));
                        NDArray product = transposed.matMul(others)) {
                    sum.addi(product);
                }
            }
            return Doubles.download(sum);
        }
    }

    private void forEach(NDManager step, BiConsumer<Integer, NDArray> work) {
        int first = 0;
        for (Block block : blocks) {
            ByteBuffer bytes = block.memory.rows(0, block.rows);
            try (NDArray array = step.create(bytes, new Shape(block.rows, width), DataType.FLOAT64)) {
                work.accept(first, array);
            }
            first += block.rows;
        }
    }
}
