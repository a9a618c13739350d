package dev.errata.torchscript;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive around a few lines of source, so that an operator which DJL has no method for can be called on any device.
 *
 * <p>The source stays text in the repository ({@code torchscript/NAME.py}); what surrounds it is what {@code torch.jit.save} writes for a
 * module without parameters: a pickle of the empty module, an empty tuple of constants, a version.
 *
 * <h2>Limits</h2> Modules without parameters, buffers, constants or submodules.
 * <h2>Thread safety</h2> Stateless.
 */
public final class ScriptArchive {
    private static final byte[] NO_CONSTANTS = bytes("\u0080\u0002).");

    private ScriptArchive() {}

    /** The archive of the resource {@code torchscript/NAME.py}, which defines the class {@code NAME}. */
    public static InputStream of(String name) {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (InputStream source = ScriptArchive.class.getResourceAsStream("/torchscript/" + name + ".py");
                ZipOutputStream zip = new ZipOutputStream(archive)) {
            if (source == null) {
                throw new IllegalArgumentException("script: " + name + " (expected: a resource torchscript/" + name + ".py)");
            }
            put(zip, name + "/data.pkl", pickle(name));
            put(zip, name + "/code/__torch__.py", source.readAllBytes());
            put(zip, name + "/constants.pkl", NO_CONSTANTS);
            put(zip, name + "/version", bytes("3\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ByteArrayInputStream(archive.toByteArray());
    }

    /** Protocol 2: an object of class {@code __torch__.NAME} made with NEWOBJ, and a BUILD of {@code {"training": False}}. */
    private static byte[] pickle(String name) {
        byte[] key = bytes("training");
        byte[] length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(key.length).array();
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(bytes("\u0080\u0002c__torch__\n" + name + "\n)\u0081}X"));
        pickle.writeBytes(length);
        pickle.writeBytes(key);
        pickle.writeBytes(bytes("\u0089sb."));
        return pickle.toByteArray();
    }

    /** Stored, not compressed: the engine reads the archive in place. */
    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }
}
