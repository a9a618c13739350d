package dev.errata.delta;

import static dev.errata.delta.Canonical.invalid;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Dtype;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.util.List;
import java.util.TreeMap;

/**
 * A delta as bytes, and back: a safetensors file.
 *
 * <p>{@code errata=delta.v1}: a LoRA adapter as PEFT names it, so what followers read is also what other tools load. For tensor
 * {@code <module>.weight} there are {@code base_model.model.<module>.lora_A.weight} F32 (rank, in) and {@code ….lora_B.weight} F32 (out,
 * rank); the effect is {@code W += B·A} when {@code lora_alpha} equals the rank. Other metadata: {@code format=pt}.
 *
 * <p>{@code errata=delta.v2}: at least one tensor's change is a matrix, {@code errata.dense.<module>.weight} F32 (out, in), to be added;
 * the others are as above. This is no adapter, and metadata {@code peft} says so: a reader that takes only the LoRA names from it would get
 * a part of the change. A delta without such a tensor is always v1.
 *
 * <p>Laws: {@code decode(encode(d))} equals d bitwise, and {@code encode(decode(p))} equals p for every payload that is accepted. So a
 * delta has one digest. A changed bit inside a factor is another delta, which only the digest in the version can tell.
 *
 * <h2>Limits</h2> 2³¹ − 9 bytes: about rank 4,300 for six tensors of GPT-J (d_k + d = 20,480), or eight of them dense.
 *
 * <h2>Thread safety</h2> Stateless.
 */
public final class DeltaCodec {
    private static final String KIND = "delta.v1";
    private static final String KIND_DENSE = "delta.v2";
    private static final String PREFIX = "base_model.model.";
    private static final String LORA_A = ".lora_A.weight";
    private static final String LORA_B = ".lora_B.weight";
    private static final String DENSE = "errata.dense.";
    private static final String PEFT = "peft";
    private static final String NO_ADAPTER =
            "not an adapter: tensors named errata.dense.* are changes to be added to the weights they name";

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
        boolean dense = delta.changes().stream().anyMatch(DenseChange.class::isInstance);
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt").metadata(Canonical.KIND, dense ? KIND_DENSE : KIND);
        if (dense) {
            writer.metadata(PEFT, NO_ADAPTER);
        }
        for (TensorChange change : delta.changes()) {
            String module = change.tensor().substring(0, change.tensor().length() - TensorChange.WEIGHT.length());
            if (change instanceof LowRank factor) {
                writer.floats(PREFIX + module + LORA_A, new long[] {factor.rank(), factor.in()}, factor.a());
                writer.floats(PREFIX + module + LORA_B, new long[] {factor.out(), factor.rank()}, factor.b());
            } else if (change instanceof DenseChange whole) {
                writer.floats(DENSE + whole.tensor(), new long[] {whole.out(), whole.in()}, whole.values());
            }
        }
        return writer;
    }

    private static Delta read(Safetensors file) {
        if (!KIND_DENSE.equals(file.metadata().get(Canonical.KIND))) {
            Canonical.requireKind(file.metadata(), KIND);
        }
        // In the order of tensors, which need not be that of the names in the file.
        TreeMap<String, TensorChange> changes = new TreeMap<>();
        for (String name : file.names()) {
            if (name.startsWith(PREFIX) && name.endsWith(LORA_A) && name.length() > PREFIX.length() + LORA_A.length()) {
                String tensor = name.substring(PREFIX.length(), name.length() - LORA_A.length()) + TensorChange.WEIGHT;
                changes.put(tensor, factor(file, tensor));
            } else if (name.startsWith(DENSE)) {
                long[] shape = matrix(file, name);
                String tensor = name.substring(DENSE.length());
                changes.putIfAbsent(tensor, new DenseChange(tensor, (int) shape[0], (int) shape[1], file.floats(name)));
            }
        }
        return new Delta(List.copyOf(changes.values()));
    }

    private static LowRank factor(Safetensors file, String tensor) {
        String module = PREFIX + tensor.substring(0, tensor.length() - TensorChange.WEIGHT.length());
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
