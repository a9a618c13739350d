package dev.errata.stream;

/**
 * Every topic there is, with what the log needs of it.
 *
 * <p>What has one partition is read in one total order; what has many is keyed by subject or fact key and only ordered for each of them.
 */
public enum Topic {
    /** Fact changes, in; keyed by subject. */
    FACTS("facts", Spread.MANY, Kept.TIME, Size.ORDINARY),
    /** The intent log: sealed batches and rollback requests, keyed by model. */
    BATCHES("batches", Spread.ONE, Kept.FOREVER, Size.LARGE),
    /** Chunks of delta payloads, keyed by model. */
    DELTAS("deltas", Spread.ONE, Kept.FOREVER, Size.ORDINARY),
    /** Chunks of the solver's pairs, keyed by model; followers never read them. */
    KEYS("keys", Spread.ONE, Kept.FOREVER, Size.ORDINARY),
    /** One record for each version, keyed by model. */
    VERSIONS("versions", Spread.ONE, Kept.FOREVER, Size.LARGE),
    /** The announced version, keyed by model. */
    HEAD("head", Spread.ONE, Kept.LAST, Size.ORDINARY),
    /** One evaluation for each version, keyed by model. */
    EVALUATIONS("evaluations", Spread.ONE, Kept.FOREVER, Size.ORDINARY),
    /** One terminal outcome for each fact change, keyed by model and fact key. */
    OUTCOMES("outcomes", Spread.MANY, Kept.FOREVER, Size.ORDINARY),
    /** The live fact and the version that wrote it, keyed by model and fact key; a tombstone where no fact is live. */
    LEDGER("ledger", Spread.MANY, Kept.LAST, Size.ORDINARY),
    /** A cache of targets, keyed by digest; may be empty at any time. */
    TARGETS("targets", Spread.MANY, Kept.LAST, Size.ORDINARY),
    /** The accumulator's own memory: what is pending and what is known, keyed by model and event. */
    INTAKE("intake", Spread.ONE, Kept.LAST, Size.ORDINARY),
    /** Names of versions, keyed by model: an immutable one is what was said first, a movable one what was said last. */
    TAGS("tags", Spread.ONE, Kept.FOREVER, Size.ORDINARY),
    /** What operators did, keyed by model; the newest pause or resume holds the editor or lets it go on. */
    AUDIT("audit", Spread.ONE, Kept.FOREVER, Size.ORDINARY),
    /** What could not be read, as received, with headers that say why. */
    DEAD_LETTERS("facts.dlq", Spread.ONE, Kept.TIME, Size.LARGE);

    /** Bytes that one record of a {@link Size#LARGE} topic may have: 16 MiB. */
    public static final int LARGE_BYTES = 16 * 1024 * 1024;

    /** Over how many partitions. */
    public enum Spread {
        ONE,
        MANY
    }

    /** How long records stay. */
    public enum Kept {
        /** As long as the broker keeps records by default. */
        TIME,
        FOREVER,
        /** The last record for each key: compacted. */
        LAST
    }

    /** How large one record may be. */
    public enum Size {
        /** The broker's default, about 1 MiB. */
        ORDINARY,
        /** {@link #LARGE_BYTES}: a record that repeats all facts of a batch, or carries somebody else's record. */
        LARGE
    }

    private final String suffix;
    private final Spread spread;
    private final Kept kept;
    private final Size size;

    Topic(String suffix, Spread spread, Kept kept, Size size) {
        this.suffix = suffix;
        this.spread = spread;
        this.kept = kept;
        this.size = size;
    }

    /** The name without the prefix. */
    public String suffix() {
        return suffix;
    }

    public Spread spread() {
        return spread;
    }

    public Kept kept() {
        return kept;
    }

    public Size size() {
        return size;
    }
}
