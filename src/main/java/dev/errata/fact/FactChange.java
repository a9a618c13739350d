package dev.errata.fact;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/** An event: a fact is now true, or is no longer claimed. */
public sealed interface FactChange {
    EventId event();

    FactKey key();

    /** The subject as the source spelled it. */
    String subject();

    Revision revision();

    /** The object that the change claims, in normal form, in which the claims of two sources are compared; a retraction has none. */
    Optional<String> claim();

    /**
     * The object is now true.
     *
     * @param previousObject what was true before, where the source says so; success scores compare with it
     */
    record Asserted(EventId event, Fact fact, Revision revision, Optional<String> previousObject, Probes probes) implements FactChange {
        public Asserted {
            requireNonNull(event, "event");
            requireNonNull(fact, "fact");
            requireNonNull(revision, "revision");
            requireNonNull(previousObject, "previousObject");
            requireNonNull(probes, "probes");
        }

        @Override
        public FactKey key() {
            return fact.key();
        }

        @Override
        public String subject() {
            return fact.subject();
        }

        @Override
        public Optional<String> claim() {
            return Optional.of(Normal.form(fact.object()));
        }
    }

    /**
     * The fact under this key is no longer claimed by anyone; the model is to answer as if it had never been written.
     *
     * @param relation the relation's id
     */
    record Retracted(EventId event, String subject, String relation, Revision revision) implements FactChange {
        public Retracted {
            requireNonNull(event, "event");
            Fact.requireSubject(subject);
            Relation.requireId(relation);
            requireNonNull(revision, "revision");
        }

        @Override
        public FactKey key() {
            return FactKey.of(subject, relation);
        }

        @Override
        public Optional<String> claim() {
            return Optional.empty();
        }
    }
}
