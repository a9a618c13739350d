package dev.errata;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Every line that this process logs at INFO and above, with its stack traces. */
public final class LogWatch extends Handler implements AutoCloseable {
    private final PatternFormatter formatter = new PatternFormatter("%p %c %s%e");
    private final List<String> lines = new ArrayList<>();

    public static LogWatch begin() {
        LogWatch watch = new LogWatch();
        watch.setLevel(Level.INFO);
        Logger.getLogger("").addHandler(watch);
        return watch;
    }

    @Override
    public synchronized void publish(LogRecord record) {
        if (isLoggable(record)) {
            lines.add(formatter.format(record));
        }
    }

    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        Logger.getLogger("").removeHandler(this);
    }
}
