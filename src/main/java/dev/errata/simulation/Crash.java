package dev.errata.simulation;

/** A process dies here. No code may catch it, as none can catch SIGKILL. */
final class Crash extends Error {
    private static final long serialVersionUID = 1;

    Crash(String process) {
        super(process, null, false, false);
    }
}
