package dev.errata.torchscript;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A source of the resources ({@code torchscript/NAME.py}), ready to be called method by method.
 *
 * <p>One call runs many operators, so it costs one way through JNI instead of one for each, and it reaches fused operators. Calls record
 * no gradient.
 *
 * <h2>Limits</h2> It holds no parameters, so it runs where its arguments are. Loaded once for the life of the process.
 * <h2>Thread safety</h2> Safe.
 */
public final class Script {
    /** Kept, since a model that nobody holds gives its module back. */
    private final Model model;

    private Script(Model model) {
        this.model = model;
    }

    /** @throws ai.djl.engine.EngineException when the source names an operator that this build of the engine lacks */
    public static Script load(String name) {
        Model model = Model.newInstance(name, Device.cpu(), "PyTorch");
        try (InputStream archive = ScriptArchive.of(name)) {
            model.load(archive);
            return new Script(model);
        } catch (IOException e) {
            model.close();
            throw new UncheckedIOException(e);
        } catch (MalformedModelException e) {
            model.close();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Calls a method that gives a tensor.
     *
     * @param arguments {@link NDArray}, {@link NDList}, {@code Double}, {@code Integer}, {@code Boolean} or {@code long[]}
     * @return attached to the given manager
     */
    public NDArray tensor(NDManager manager, String method, Object... arguments) {
        try (IValue result = call(method, arguments)) {
            return result.toTensor((PtNDManager) manager);
        }
    }

    /** Calls a method that gives a list of tensors. */
    public NDList tensors(NDManager manager, String method, Object... arguments) {
        try (IValue result = call(method, arguments)) {
            return new NDList(result.toTensorArray((PtNDManager) manager));
        }
    }

    /** Calls a method that writes into its arguments. */
    public void run(String method, Object... arguments) {
        call(method, arguments).close();
    }

    private IValue call(String method, Object... arguments) {
        IValue[] values = new IValue[arguments.length];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = value(arguments[i]);
            }
            return IValueUtils.runMethod((PtSymbolBlock) model.getBlock(), method, values);
        } finally {
            for (IValue value : values) {
                if (value != null) {
                    value.close();
                }
            }
        }
    }

    private static IValue value(Object argument) {
        if (argument instanceof PtNDArray array) {
            return IValue.from(array);
        }
        if (argument instanceof NDList list) {
            return IValue.listFrom(list.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
        }
        if (argument instanceof Double number) {
            return IValue.from(number.doubleValue());
        }
        if (argument instanceof Integer number) {
            return IValue.from(number.longValue());
        }
        if (argument instanceof Boolean truth) {
            return IValue.from(truth.booleanValue());
        }
        if (argument instanceof long[] numbers) {
            return IValue.listFrom(numbers);
        }
        throw new IllegalArgumentException("argument: " + argument + " (expected: tensors or numbers)");
    }
}
