package dev.errata.transformer;

import ai.djl.Device;
import ai.djl.engine.Engine;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a model runs, by name: {@code auto}, {@code cpu} or {@code cuda:N}. */
public final class Devices {
    /** The engine that every array of ours belongs to. */
    static final String ENGINE = "PyTorch";

    private static final String TRACKING = "OPT_OUT_TRACKING";
    private static final String OFFLINE = "ai.djl.offline";
    private static final Pattern CUDA = Pattern.compile("cuda:(\\d{1,3})");

    static {
        // The engine tells its makers of its use unless told not to, and may look for things to download.
        if (System.getenv(TRACKING) == null && System.getProperty(TRACKING) == null) {
            System.setProperty(TRACKING, "true");
        }
        if (System.getProperty(OFFLINE) == null) {
            System.setProperty(OFFLINE, "true");
        }
    }

    private Devices() {}

    /**
     * The device of that name; {@code auto} is the first GPU if the engine sees one, else the CPU.
     *
     * @throws ErrataException {@link Failure#SETTING_INVALID} for another name, or a GPU that is not there
     */
    public static Device parse(String name) {
        if (name.equals("cpu")) {
            return Device.cpu();
        }
        int gpus = Engine.getEngine(ENGINE).getGpuCount();
        if (name.equals("auto")) {
            return gpus > 0 ? Device.gpu(0) : Device.cpu();
        }
        Matcher cuda = CUDA.matcher(name);
        if (!cuda.matches()) {
            throw new ErrataException(Failure.SETTING_INVALID, "device: \"" + name + "\" (expected: auto, cpu or cuda:N)");
        }
        int number = Integer.parseInt(cuda.group(1));
        if (number >= gpus) {
            throw new ErrataException(Failure.SETTING_INVALID, "device: \"" + name + "\" (expected: one of " + gpus + " GPUs)");
        }
        return Device.gpu(number);
    }
}
