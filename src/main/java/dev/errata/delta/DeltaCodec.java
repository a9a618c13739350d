package dev.errata.delta;

import static dev.errata.delta.Canonical.invalid;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Dtype;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A delta as bytes, and back. The payload is a LoRA adapter as PEFT names it, so what followers read is also what other tools load.
 *
 * <p>For tensor {@code <module>.weight} there are {@code base_model.model.<module>.lora_A.weight} F32 (rank, in) and
 * {@code ….lora_B.weight} F32 (out, rank); the effect is {@code W += B·A} when {@code lora_alpha} equals the rank. Metadata:
 * {@code format=pt}, {@code errata=delta.v1}.
 *
 * <p>Laws: {@code decode(encode(d))} equals d bitwise, and {@code encode(decode(p))} equals p for every payload that is accepted. So a
 * delta has one digest. A changed bit inside a factor is another delta, which only the digest in the version can tell.
 *
 * <h2>Limits</h2> 2³¹ − 9 bytes: about rank 4,300 for six tensors of GPT-J (d_k + d = 20,480).
 *
 * <h2>Thread safety</h2> Stateless.
 */
public final class DeltaCodec {
    private static final String KIND = "delta.v1";
    private static final String PREFIX = "base_model.model.";
    private static final String LORA_A = ".lora_A.weight";
    private static final String LORA_B = ".lora_B.weight";

    private DeltaCodec() {}

    /** @throws ErrataException {@link Failure#DELTA_INVALID} when the payload would be too long */
    public static byte[] encode(Delta delta) {
        return Canonical.encode(delta, DeltaCodec::write, KIND);
    }

    /** @throws ErrataException {@link Failure#DELTA_INVALID} when the payload is not what {@link #encode} writes */
    public static Delta decode(byte[] payload) {
        return Canonical.decode(payload, DeltaCodec::read, DeltaCodec::write, KIND);
    }

    private static SafetensorsWriter write(Delta delta) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt").metadata(Canonical.KIND, KIND);
        for (LowRank factor : delta.factors()) {
            String module = factor.tensor().substring(0, factor.tensor().length() - LowRank.WEIGHT.length());
            writer.floats(PREFIX + module + LORA_A, new long[] {factor.rank(), factor.in()}, factor.a());
            writer.floats(PREFIX + module + LORA_B, new long[] {factor.out(), factor.rank()}, factor.b());
        }
        return writer;
    }

    private static Delta read(Safetensors file) {
        Canonical.requireKind(file.metadata(), KIND);
        // In the order of tensors, which need not be that of the names in the file.
        TreeSet<String> tensors = new TreeSet<>();
        for (String name : file.names()) {
            if (name.startsWith(PREFIX) && name.endsWith(LORA_A) && name.length() > PREFIX.length() + LORA_A.length()) {
                tensors.add(name.substring(PREFIX.length(), name.length() - LORA_A.length()) + LowRank.WEIGHT);
            }
        }
        List<LowRank> factors = new ArrayList<>();
        for (String tensor : tensors) {
            factors.add(factor(file, tensor));
        }
        return new Delta(factors);
    }

    private static LowRank factor(Safetensors file, String tensor) {
        String module = PREFIX + tensor.substring(0, tensor.length() - LowRank.WEIGHT.length());
        long[] a = matrix(file, module + LORA_A);
        long[] b = matrix(file, module + LORA_B);
        if (a[0] != b[1]) {
            throw invalid(tensor, "rank: " + a[0] + " in A, " + b[1] + " in B (expected: the same)", null);
        }
        return new LowRank(tensor, (int) b[0], (int) a[1], (int) a[0], file.floats(module + LORA_B), file.floats(module + LORA_A));
    }

    private static long[] matrix(Safetensors file, String name) {
        long[] shape = file.shape(name);
        if (file.dtype(name) != Dtype.F32 || shape.length != 2 || Math.max(shape[0], shape[1]) > Integer.MAX_VALUE) {
            throw invalid(name, file.dtype(name) + " with " + shape.length + " dimensions (expected: an F32 matrix)", null);
        }
        return shape;
    }
}
