/** {@code errata demo}: the main job, shown from what really happened. */
package dev.errata.cli.demo;
