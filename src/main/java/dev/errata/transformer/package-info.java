/**
 * Causal language models in Hugging Face's directory format: configuration, weights, tokenizer, forward passes that can be cut at any
 * block, and the two things an editor adds to them: edited tensors that stand in for base ones, and a tap on the keys.
 */
package dev.errata.transformer;
