/**
 * Shipping: a version leaves the log as files that other tools load, with a card and a statement of what it was made from; and the way
 * back: files that are checked, and deltas that are applied where there is no log.
 */
package dev.errata.export;
