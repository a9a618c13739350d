/**
 * The command line. {@link dev.errata.cli.Main} lists the commands; {@code serve} and {@code demo} become the service, all others are
 * clients of a running one and start no framework, so that they answer in well under a second.
 */
package dev.errata.cli;
