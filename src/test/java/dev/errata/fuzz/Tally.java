package dev.errata.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What became of the inputs of one parser. */
final class Tally {
    final String parser;
    final Map<String, Integer> refused = new TreeMap<>();
    final List<Finding> findings = new ArrayList<>();
    long inputs;
    long accepted;
    long paths;
    long slowestNanos;
    long mostAllocated;

    Tally(String parser) {
        this.parser = parser;
    }

    /** Something that no input may lead to. */
    record Finding(String what, byte[] input, Throwable cause) {}

    @Override
    public String toString() {
        return "%-36s %8d inputs, %8d accepted, refused %s; %d paths; slowest %.1f ms, most allocated %.1f MiB"
                .formatted(parser, inputs, accepted, refused, paths, slowestNanos / 1e6, mostAllocated / 1048576.0);
    }
}
