/**
 * What happened to the model and why, answered from the topics alone: an index on disk that {@link dev.errata.history.HistoryIndex}
 * feeds from the log and that can be deleted at any time, and the questions that it answers.
 */
package dev.errata.history;
