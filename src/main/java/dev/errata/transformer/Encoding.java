package dev.errata.transformer;

/**
 * A text as tokens.
 *
 * <p>Tokens of several bytes of one character all have that character's span; a token {@code " word"} spans its leading space too; a
 * token that the tokenizer put in front (BOS) has the empty span {@code [0, 0)}.
 *
 * <h2>Thread safety</h2> Immutable: arrays are copied in and out.
 *
 * @param ids token ids
 * @param starts first Java char (UTF-16 unit) of each token
 * @param ends one past the last Java char of each token
 */
public record Encoding(long[] ids, int[] starts, int[] ends) {
    public Encoding {
        if (starts.length != ids.length || ends.length != ids.length) {
            throw new IllegalArgumentException(
                    "starts: " + starts.length + ", ends: " + ends.length + " (expected: " + ids.length + ", one per id)");
        }
        ids = ids.clone();
        starts = starts.clone();
        ends = ends.clone();
    }

    /** How many tokens there are. */
    public int size() {
        return ids.length;
    }

    public long id(int token) {
        return ids[token];
    }

    public int start(int token) {
        return starts[token];
    }

    public int end(int token) {
        return ends[token];
    }

    @Override
    public long[] ids() {
        return ids.clone();
    }

    @Override
    public int[] starts() {
        return starts.clone();
    }

    @Override
    public int[] ends() {
        return ends.clone();
    }
}
