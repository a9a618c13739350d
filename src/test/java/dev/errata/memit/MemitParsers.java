package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.Digest;
import dev.errata.failure.ErrataException;
import dev.errata.fuzz.Parser;
import dev.errata.fuzz.Shape;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import dev.errata.transformer.CausalLm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** What lies beside a model and in the state directory: kept targets, covariances, inverses, hyper-parameters, contexts. */
public final class MemitParsers {
    private static final int SHA256 = 32;
    private static final List<Integer> BLOCK = List.of(0);
    private static final int FILE_SHARE = 2;

    private MemitParsers() {}

    public static List<Parser> all() {
        return Stream.of(texts(), arrays(), files(TinyModel.load())).flatMap(List::stream).toList();
    }

    private static List<Parser> texts() {
        byte[] contexts = bytes(TinyModel.CONTEXTS.json());
        byte[] parameters = resource("/hparams/EleutherAI_gpt-j-6B.json");
        return List.of(
                Parser.ofFile("HyperParameters.read", "hparams.json", List.of(parameters), Shape.JSON, HyperParameters::read),
                Parser.ofFile("Contexts.read", "contexts.json", List.of(contexts), Shape.JSON, file ->
                        assertThat(Contexts.parse(Contexts.read(file).json())).isEqualTo(Contexts.read(file))));
    }

    private static List<Parser> arrays() {
        byte[] kept = KeptTargetCodec.encode(new KeptTarget(new float[] {1.5f, -0.0f, 3}, new float[] {2, 3, 4}, 0.25));
        List<byte[]> arrays = List.of(npy("<f4", "(2, 2)", 16), npy("<f8", "(2, 2)", 32), npy("<i8", "(2, 2)", 32));
        return List.of(
                Parser.of("KeptTargetCodec.decode", List.of(kept), Shape.sealed(Shape.BYTES, MemitParsers::withSha256), bytes ->
                        assertThat(KeptTargetCodec.encode(KeptTargetCodec.decode(bytes))).isEqualTo(bytes)),
                Parser.of("Npy.values", arrays, Shape.BYTES, bytes -> {
                    try {
                        new Npy("a.npy", new ByteArrayInputStream(bytes)).values("2,2", 4);
                    } catch (IOException e) {
                        // As PublishedMoments tells what is cut short.
                        throw new ErrataException(dev.errata.failure.Failure.COVARIANCE_MISMATCH, "a.npy", e);
                    }
                }));
    }

    /** Of the tiny model, which is not closed: it is there as long as there are tests. */
    private static List<Parser> files(CausalLm lm) {
        int width = lm.config().keyWidth();
        double[] numbers = new double[width * width];
        Arrays.setAll(numbers, i -> i % (width + 1) == 0 ? 1 : 0.25 / (1 + i));
        Covariance covariance = new Covariance(
                new Covariance.Source(lm.digest(), "text", "rule"), 300, 0.01, Map.of(0, Covariance.Moment.of(numbers)));
        byte[] saved = written("covariance", file -> CovarianceFile.save(covariance, file));
        return List.of(
                Parser.ofFile("CovarianceFile.load", "covariance.safetensors", List.of(saved), Shape.SAFETENSORS, file ->
                        CovarianceFile.load(file, lm, BLOCK).mean(0)).withShare(FILE_SHARE),
                Parser.ofFile("PublishedMoments.load", "a.npz", List.of(npz(width)), Shape.BYTES, file ->
                        PublishedMoments.load(file, lm, BLOCK).mean(0)).withShare(FILE_SHARE),
                Parser.ofFile("PriorFile.read", "prior.block-0.safetensors", List.of(prior(numbers, width)),
                        Shape.sealed(Shape.SAFETENSORS, MemitParsers::withDigest), file ->
                        priorFile(file.getParent(), width).read()).withShare(FILE_SHARE),
                checkpoint(lm));
    }

    private static Parser checkpoint(CausalLm lm) {
        Covariance.Source source = new Covariance.Source(lm.digest(), "text", "rule");
        byte[] saved = written("checkpoint", file -> {
            try (MomentSums sums = new MomentSums(lm, dev.errata.transformer.Overlay.NONE, BLOCK)) {
                new MomentCheckpoint(file, source, BLOCK, Duration.ZERO).offer(sums, new MomentCheckpoint.Place(7));
            }
        });
        return Parser.ofFile("MomentCheckpoint.restore", "sums", List.of(saved), Shape.SAFETENSORS, file -> {
            try (MomentSums sums = new MomentSums(lm, dev.errata.transformer.Overlay.NONE, BLOCK)) {
                new MomentCheckpoint(file, source, BLOCK, Duration.ZERO).restore(sums);
            }
        }).withShare(1);
    }

    private static PriorFile priorFile(Path directory, int width) {
        return new PriorFile(directory, "model", 0, "covariance", 100, width);
    }

    private static byte[] prior(double[] inverse, int width) {
        return written("prior.block-0.safetensors", file ->
                priorFile(file.getParent(), width).write(new PriorFile.Saved(inverse, 0.5)));
    }

    private interface Writing {
        void write(Path file);
    }

    private static byte[] written(String name, Writing writing) {
        try {
            Path directory = Files.createTempDirectory("fuzz");
            Path file = directory.resolve(name);
            writing.write(file);
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            Files.delete(directory);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes before the last 32, and their digest. */
    private static byte[] withSha256(byte[] bytes) {
        byte[] content = Arrays.copyOf(bytes, Math.max(0, bytes.length - SHA256));
        try {
            return Shape.join(content, MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same inverse and metadata, with the digest that a writer of them would give; as it is where it is no such file. */
    private static byte[] withDigest(byte[] bytes) {
        try {
            Safetensors file = Safetensors.parse(bytes, "prior");
            double[] inverse = file.doubles("inverse");
            SafetensorsWriter writer = new SafetensorsWriter();
            file.metadata().forEach((name, value) -> {
                if (!name.equals("sha256")) {
                    writer.metadata(name, value);
                }
            });
            writer.metadata("sha256", Digest.sha256(inverse) + " " + file.metadata().getOrDefault("ridge", ""));
            return writer.doubles("inverse", file.shape("inverse"), inverse).toBytes();
        } catch (ErrataException e) {
            return bytes;
        }
    }

    private static byte[] npy(String descr, String shape, int bytes) {
        String dictionary = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
        byte[] header = bytes((dictionary + " ".repeat(63 - (10 + dictionary.length()) % 64)) + "\n");
        byte[] head = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length).array();
        return Shape.join(head, header, new byte[bytes]);
    }

    private static byte[] npz(int width) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] count = npy("<i8", "()", 8);
        count[count.length - 8] = 7;
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("mom2.count.npy"));
            zip.write(count);
            zip.putNextEntry(new ZipEntry("mom2.mom2.npy"));
            zip.write(npy("<f4", "(" + width + ", " + width + ")", 4 * width * width));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] resource(String name) {
        try (var in = MemitParsers.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
