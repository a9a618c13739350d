/**
 * MEMIT, exactly: context templates, targets, keys, covariance, the associative memory that solves for each edited block, and the
 * editor that turns a batch of facts into a delta. Together with {@code transformer} the only room that knows DJL.
 */
package dev.errata.memit;
