package dev.errata.cli.demo;

import dev.errata.cli.Configured;
import dev.errata.cli.ServiceProcess;
import dev.errata.cli.TemporaryDirectory;
import dev.errata.worker.Settings;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata demo}: the main job before your eyes, on a broker and a model of its own, ending by itself. */
@Command(
        name = "demo",
        description = {
            "Show the whole path on an embedded broker and the bundled model: facts, batches, versions, answers, a follower, a rollback.",
            "'errata demo history' shows what can be done with versions: ask, explain, name, undo, hold, compact, branch, ship.",
            "Needs no arguments, no network, no GPU. Exit code 0 if every step held."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int PORT = 8080;

    @Spec
    private CommandSpec command;

    /** What there is to see. */
    private enum Act {
        HISTORY
    }

    @Parameters(paramLabel = "history", arity = "0..1", description = "Show what can be done with versions instead.")
    private Act act;

    @Option(names = "--stay", description = "Leave the service running at the end, until Ctrl-C.")
    private boolean stay;

    @Override
    public Integer call() {
        int port = free(PORT);
        boolean history = act == Act.HISTORY;
        set("errata.batch.max-facts", history ? HistoryScript.BATCH : 12);
        set("errata.gate.min-paraphrase", history ? HistoryScript.GATE : 0);
        set("errata.batch.max-age", "3s");
        set("quarkus.http.port", port);
        set("quarkus.log.console.level", "WARN");
        set("quarkus.log.category.\"org.apache.kafka\".level", "ERROR");
        Screen screen = new Screen(command.commandLine().getOut());
        AtomicInteger broken = new AtomicInteger(1);
        try (TemporaryDirectory temporary = TemporaryDirectory.named("errata-demo");
                ServiceProcess process = new ServiceProcess(false)) {
            Path directory = temporary.path();
            set("errata.state.dir", directory);
            screen.step("A broker and the service start");
            String broker = process.startBroker(directory.resolve("kafka"), 0);
            screen.say("Kafka (KRaft, in this process) listens on %s; its log is in %s", broker, directory);
            Thread script = new Thread(() -> broken.set(play(screen, port, directory.resolve("exports"))), "errata-demo");
            script.start();
            int exitCode = process.run();
            join(script);
            return exitCode != 0 ? exitCode : broken.get() == 0 ? 0 : 1;
        }
    }

    /** @return how many checks did not hold; the service ends with it, unless it is to stay */
    private int play(Screen screen, int port, Path exports) {
        try {
            Settings settings = Configured.now().settings();
            if (act == Act.HISTORY) {
                new HistoryScript(screen, settings, port, exports).play();
            } else {
                new DemoScript(screen, settings, port).play(stay);
            }
            if (stay) {
                return screen.broken();
            }
            screen.say("");
            screen.say(screen.broken() == 0 ? "Every step held." : screen.broken() + " steps did not hold.");
            return screen.broken();
        } catch (RuntimeException e) {
            screen.check(false, "the demo broke off: %s", e);
            return 1;
        } finally {
            if (!stay) {
                Quarkus.asyncExit(0);
            }
        }
    }

    private static void set(String name, Object value) {
        System.setProperty(name, value.toString());
    }

    /** The wanted port if it is free, else any. */
    private static int free(int wanted) {
        for (int port : new int[] {wanted, 0}) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                if (port == 0) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        throw new IllegalStateException("no free port");
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
