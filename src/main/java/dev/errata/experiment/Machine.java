package dev.errata.experiment;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.errata.torchscript.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/**
 * The machine that numbers are from, what its matrix products reach, and what memory this process takes.
 *
 * <h2>Limits</h2> Processor and memory are read from Linux' {@code /proc}, and are absent elsewhere.
 * <h2>Thread safety</h2> Stateless.
 */
final class Machine {
    private static final int GEMM_ROWS = 2048;
    private static final int GEMM_TIMES = 20;
    private static final int GEMM_TRIALS = 5;
    private static final double NANOS = 1e9;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long KIB = 1024;

    private Machine() {}

    /** What a reader of the numbers has to know. */
    static Map<String, String> describe() {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("cpu", first(Path.of("/proc/cpuinfo"), "model name").orElse("unknown"));
        machine.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        machine.put("java", System.getProperty("java.version"));
        machine.put("date", LocalDate.now().toString());
        return machine;
    }

    /**
     * The best rate of fp32 products (2048 x d)·(d x 4d) in FLOP/s: by the engine's usual library or by oneDNN, on all threads or with one
     * product on each core, whichever is fastest. It is what a forward pass could reach if it were nothing but its largest products.
     */
    static double matmulRate(Device device, int d) {
        int cores = Runtime.getRuntime().availableProcessors();
        double best = Math.max(rate(device, d, 1, NDArray::matMul), device.isGpu() ? 0 : rate(device, d, cores, NDArray::matMul));
        Optional<BinaryOperator<NDArray>> oneDnn = device.isGpu() ? Optional.empty() : oneDnn();
        if (oneDnn.isPresent()) {
            best = Math.max(best, Math.max(rate(device, d, 1, oneDnn.get()), rate(device, d, cores, oneDnn.get())));
        }
        return best;
    }

    /** Its weights are (out, in). */
    private static Optional<BinaryOperator<NDArray>> oneDnn() {
        try {
            Script products = Script.load("OneDnnProducts");
            return Optional.of((a, b) -> products.tensor(a.getManager(), "linear_without_bias", a, b.transpose()));
        } catch (EngineException e) {
            return Optional.empty();
        }
    }

    private static double rate(Device device, int d, int callers, BinaryOperator<NDArray> product) {
        double flop = 2.0 * GEMM_ROWS * d * 4 * d * GEMM_TIMES * callers;
        ExecutorService pool = Executors.newFixedThreadPool(callers);
        try {
            double best = 0;
            for (int trial = 0; trial < GEMM_TRIALS; trial++) {
                long start = System.nanoTime();
                List<CompletableFuture<Void>> running = new ArrayList<>();
                for (int i = 0; i < callers; i++) {
                    running.add(CompletableFuture.runAsync(() -> multiply(device, d, product), pool));
                }
                running.forEach(CompletableFuture::join);
                // The first one warms up.
                best = trial == 0 ? 0 : Math.max(best, flop / ((System.nanoTime() - start) / NANOS));
            }
            return best;
        } finally {
            pool.shutdown();
        }
    }

    private static void multiply(Device device, int d, BinaryOperator<NDArray> product) {
        try (NDManager manager = NDManager.newBaseManager(device, "PyTorch")) {
            NDArray a = manager.ones(new Shape(GEMM_ROWS, d), DataType.FLOAT32);
            NDArray b = manager.ones(new Shape(4L * d, d), DataType.FLOAT32).transpose();
            for (int i = 0; i < GEMM_TIMES; i++) {
                try (NDArray c = product.apply(a, b)) {
                    if (i == GEMM_TIMES - 1) {
                        // Reading one number waits for all of them where products are queued.
                        c.get(0).getFloat(0);
                    }
                }
            }
        }
    }

    /** The engine and what it runs on. */
    static String engine() {
        Engine engine = Engine.getEngine("PyTorch");
        return engine.getEngineName() + " " + engine.getVersion();
    }

    /** Bytes that this process has in memory now. */
    static OptionalLong resident() {
        return status("VmRSS");
    }

    /** The most bytes that it ever had. */
    static OptionalLong peak() {
        return status("VmHWM");
    }

    private static OptionalLong status(String name) {
        return first(STATUS, name)
                .map(value -> OptionalLong.of(Long.parseLong(value.replaceAll("\\D", "")) * KIB))
                .orElse(OptionalLong.empty());
    }

    /** The value of the first line {@code name: value}. */
    private static Optional<String> first(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
