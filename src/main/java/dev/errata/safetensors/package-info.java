/**
 * The safetensors format of Hugging Face, strictly read and byte-stably written: 8 bytes header length (little-endian), a JSON header,
 * and one buffer that the tensors tile without holes. Plain Java.
 */
package dev.errata.safetensors;
