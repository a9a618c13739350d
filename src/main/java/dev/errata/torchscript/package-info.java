/**
 * Operators of the engine that DJL has no method for, called through small TorchScript sources that lie as text in the resources.
 * A benchmark says for each why it is not written in plain tensor operations (docs/performance.md).
 */
package dev.errata.torchscript;
