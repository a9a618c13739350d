package dev.errata.stream.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The data of fact events: flat, as a person would write them by hand. Event id and time are CloudEvents attributes. */
final class FactData {
    private FactData() {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Assertion(
            String subject,
            String relation,
            String prompt,
            String object,
            Optional<String> previousObject,
            OptionalLong revision,
            List<String> paraphrases,
            List<String> neighbors) {
        Assertion {
            paraphrases = paraphrases == null ? List.of() : List.copyOf(paraphrases);
            neighbors = neighbors == null ? List.of() : List.copyOf(neighbors);
        }

        static Assertion of(FactChange.Asserted change) {
            Fact fact = change.fact();
            return new Assertion(
                    fact.subject(),
                    fact.relation().id(),
                    fact.relation().prompt(),
                    fact.object(),
                    change.previousObject(),
                    change.revision().number(),
                    change.probes().paraphrases(),
                    change.probes().neighbors());
        }

        FactChange.Asserted change(EventId event, Instant time) {
            Fact fact = new Fact(subject, new Relation(Repeated.once(relation), Repeated.once(prompt)), object);
            return new FactChange.Asserted(
                    event, fact, new Revision(revision, time), previousObject, new Probes(paraphrases, neighbors));
        }
    }

    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Retraction(String subject, String relation, OptionalLong revision) {
        static Retraction of(FactChange.Retracted change) {
            return new Retraction(change.subject(), change.relation(), change.revision().number());
        }

        FactChange.Retracted change(EventId event, Instant time) {
            return new FactChange.Retracted(event, subject, relation, new Revision(revision, time));
        }
    }

    /** A flush; without a model it is meant for every line. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Flush(Optional<String> model) {}
}
