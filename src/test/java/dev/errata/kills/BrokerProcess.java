package dev.errata.kills;

import dev.errata.stream.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;

/** A broker in a process of its own; the end of standard input ends it. */
final class BrokerProcess {
    private BrokerProcess() {}

    public static void main(String[] args) throws IOException {
        EmbeddedBroker.start(Path.of(System.getProperty("kill.state")), Integer.getInteger("kill.port"));
        System.out.println(LineProcess.READY);
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        Runtime.getRuntime().halt(1);
    }
}
