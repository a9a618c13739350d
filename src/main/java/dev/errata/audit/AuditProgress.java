package dev.errata.audit;

import dev.errata.stream.Topic;

/** Hears how far an audit is, often: with every record. */
public interface AuditProgress {
    AuditProgress NONE = new AuditProgress() {
        @Override
        public void read(Topic topic, long records) {}

        @Override
        public void applied(long version, long versions) {}

        @Override
        public void done() {}
    };

    /** So many records of the topic were read. */
    void read(Topic topic, long records);

    /** A version's payloads were checked and, where weights are checked, applied. */
    void applied(long version, long versions);

    void done();
}
