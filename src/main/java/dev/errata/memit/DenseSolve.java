package dev.errata.memit;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * {@code torch.linalg.solve}, which the reference calls for every batch and block: an LU of the whole matrix. Only to be measured
 * against; nothing is edited with it.
 *
 * <p>DJL has no such operator, but it runs TorchScript. The archive is made here from the source under
 * {@code torchscript/dense_solve.py}: a zip without compression, with an object of that class that has no state but {@code training}.
 *
 * <h2>Thread safety</h2> None.
 */
final class DenseSolve implements AutoCloseable {
    private static final String SOURCE = "/torchscript/dense_solve.py";
    /** Pickle, protocol 2: {@code __torch__.DenseSolve.__new__()}, then its state {@code {"training": False}}. */
    private static final String OBJECT = "\u0080\u0002c__torch__\nDenseSolve\n)\u0081}(X\u0008\u0000\u0000\u0000training\u0089ub.";
    /** Pickle, protocol 2: {@code ()}. */
    private static final String NO_CONSTANTS = "\u0080\u0002).";

    private final Model model;

    DenseSolve() {
        try {
            Path directory = Files.createTempDirectory("errata-solve");
            Path file = directory.resolve("solve.pt");
            try {
                Files.write(file, archive());
                model = Model.newInstance("solve", Device.cpu());
                model.load(directory, "solve");
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MalformedModelException e) {
            throw new IllegalStateException(SOURCE + ": the engine does not take it (expected: TorchScript)", e);
        }
    }

    /** {@code a⁻¹·b} for a (n, n) and b (n, any); the result belongs to the manager of {@code a}. */
    NDArray solve(NDArray a, NDArray b) {
        NDList out = model.getBlock().forward(new ParameterStore(a.getManager(), false), new NDList(a, b), false);
        return out.singletonOrThrow();
    }

    private static byte[] archive() throws IOException {
        try (InputStream in = DenseSolve.class.getResourceAsStream(SOURCE)) {
            if (in == null) {
                throw new IOException(SOURCE + ": not in this installation (expected: a resource)");
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
                put(zip, "data.pkl", OBJECT.getBytes(StandardCharsets.ISO_8859_1));
                put(zip, "code/__torch__.py", in.readAllBytes());
                put(zip, "constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
                put(zip, "version", "3\n".getBytes(StandardCharsets.ISO_8859_1));
            }
            return bytes.toByteArray();
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry("solve/" + name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    @Override
    public void close() {
        model.close();
    }
}
