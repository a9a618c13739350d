package dev.errata.cli.demo;

import picocli.CommandLine.Command;

@Command(name = "demo", description = "Show the whole path on an embedded broker and the bundled model.")
public final class DemoCommand {}
