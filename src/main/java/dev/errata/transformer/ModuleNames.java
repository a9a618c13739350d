package dev.errata.transformer;

/**
 * What an architecture calls the modules of its checkpoints. All but the head lie in the decoder.
 *
 * @param decoder what all names but the head's begin with
 * @param tokens the embedding
 * @param blocks the list of blocks
 * @param memory the second matrix of the MLP, within a block
 * @param norm what stands before the head
 * @param head the head, by its whole name
 */
record ModuleNames(String decoder, String tokens, String blocks, String memory, String norm, String head) {
    ModuleNames {
        tokens = decoder + "." + tokens;
        blocks = decoder + "." + blocks;
        norm = decoder + "." + norm;
    }

    /** A block's. */
    String block(int block) {
        return blocks + "." + block;
    }

    /** The second matrix of a block's MLP. */
    String memory(int block) {
        return block(block) + "." + memory;
    }
}
