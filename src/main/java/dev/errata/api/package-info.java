/** REST, health and OpenAPI: thin resources in front of the log, its history and the follower. Errors are RFC 9457 problems. */
package dev.errata.api;
