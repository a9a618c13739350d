package dev.errata.kills;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A disk of a process, with room for a few payloads: a file system in memory that only the process sees. Where a user may not make such
 * a thing (user namespaces), it cannot be tried.
 */
final class SmallDisk {
    private static final int BYTES = 4 * 1024 * 1024;
    /** A payload takes a page: there is room for six. */
    private static final int FILLER = BYTES - 7 * 4096;
    private static final String FULL = "No space left on device";
    private static final int AFTER = 10;

    private SmallDisk() {}

    /** Words that run a script, which knows the directory as {@code $0}, in a namespace of its own. */
    private static List<String> within(String script, Path directory) {
        return List.of("unshare", "-Urm", "sh", "-c", script, directory.toString());
    }

    private static String mount() {
        return "mount -t tmpfs -o size=" + BYTES + " tmpfs \"$0\"";
    }

    /** Whether this user may make one. */
    static boolean possible() {
        List<String> trial = within(mount(), Path.of(System.getProperty("java.io.tmpdir")));
        try {
            return new ProcessBuilder(trial).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw Life.interrupted(e);
        }
    }

    private static Life filled(KilledLine line) {
        String fill = "head -c " + FILLER + " /dev/zero > \"$0/filler\"";
        Life life = line.start(Map.of(), within(mount() + " && " + fill + " && exec \"$@\"", line.state()));
        line.publishUntil(life, StoppingPayloads.DISK);
        String first = life.said(StoppingPayloads.DISK).get(0);
        if (!first.contains(FULL)) {
            throw new AssertionError(first + " (expected: " + FULL + ")");
        }
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
        line.struck();
        line.publish(AFTER);
    }

    /** The next one has another disk. */
    static void killedInIt(KilledLine line, int trial) {
        Life life = filled(line);
        line.struck();
        life.kill();
        line.start();
        line.publish(AFTER);
    }
}
