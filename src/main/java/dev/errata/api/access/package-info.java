/**
 * Who may ask for what over HTTP, on Quarkus' own security: static API keys beside OIDC, one policy over every path, and the check at
 * start that an open service stays on this machine.
 */
package dev.errata.api.access;
