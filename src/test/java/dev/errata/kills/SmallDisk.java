package dev.errata.kills;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A disk of a process, with room for a few payloads: a file system in memory that only the process and its children see. Where a user
 * may not make such a thing (user namespaces), it cannot be tried.
 */
final class SmallDisk {
    private static final String BYTES = "4m";
    /** Less than four megabytes by what six payloads take. */
    private static final int FILLER = 4 * 1024 * 1024 - 6 * 4096 - 4096;
    private static final String FULL = "No space left on device";
    private static final int BEFORE = 24;
    private static final int AFTER = 10;

    private SmallDisk() {}

    private static Life start(KilledLine line) {
        String mount = "mount -t tmpfs -o size=" + BYTES + " tmpfs \"$0\"";
        String fill = "head -c " + FILLER + " /dev/zero > \"$0/filler\"";
        String script = mount + " && " + fill + " && exec \"$@\"";
        return line.start(Map.of(), List.of("unshare", "-Urm", "sh", "-c", script, line.state().toString()));
    }

    private static Life filled(KilledLine line) {
        Life life = start(line);
        line.publish(BEFORE);
        Life.until(
                Life.PATIENCE,
                () -> life.said(StoppingPayloads.DISK).stream().anyMatch(message -> message.contains(FULL)),
                () -> FULL + "\n" + life.tail());
        return life;
    }

    /** Roles try again and again, and get on when somebody has made room. */
    static void roomMade(KilledLine line, int trial) {
        Life life = filled(line);
        Path filler = Path.of("/proc", Long.toString(life.pid()), "root", line.state().toAbsolutePath().toString(), "filler");
        try {
            Files.delete(filler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        line.publish(AFTER);
    }

    /** The next one has another disk. */
    static void killedInIt(KilledLine line, int trial) {
        filled(line).kill();
        line.start();
        line.publish(AFTER);
    }
}
