package dev.errata.memit;

import ai.djl.Device;
import dev.errata.delta.LiveFact;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.transformer.CausalLm;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The random GPT-J of the recordings (4 blocks, d = 32, d_k = 128), with what an editor needs beside it. */
final class TinyModel {
    static final HyperParameters PARAMETERS = new HyperParameters(List.of(0, 1), 12, 0.5, 3, 0.5, 0.75, 0.0625, 100);

    static final Contexts CONTEXTS = new Contexts(List.of(
            "{}",
            "The river was long and cold. {}",
            "Therefore it is often said. {}",
            "Because of the war of 1914. {}",
            "I think that the music, once. {}",
            "You can see it from here. {}"));

    private static final Relation LANGUAGE = new Relation("P103", "{} is a native speaker of");
    private static final Relation BIRTHPLACE = new Relation("P19", "{} was born in");
    private static final Relation CAPITAL = new Relation("P36", "The capital of {} is");

    private TinyModel() {}

    static CausalLm load() {
        return CausalLm.load(resource("/oracle/gptj/model"), Device.cpu());
    }

    /** One document a line. */
    static Path text() {
        return resource("/oracle/covariance.txt");
    }

    static Covariance covariance(CausalLm lm) {
        return Covariance.compute(lm, text(), OptionalLong.of(4000), PARAMETERS.layers(), tokens -> {});
    }

    /** @param store where targets are kept, if anywhere */
    static Editor editor(CausalLm lm, Covariance covariance, double maxNll, EditorSettings.Anchor anchor, TargetStore store) {
        return new Editor(lm, PARAMETERS, CONTEXTS, covariance, new EditorSettings(maxNll, EditorSettings.MEMORY, anchor), store);
    }

    /** Shares its key with the language of the same subject. */
    static LiveFact birthplace(String subject, String object) {
        return fact(subject, BIRTHPLACE, object);
    }

    static LiveFact language(String subject, String object) {
        return fact(subject, LANGUAGE, object);
    }

    static LiveFact capital(String subject, String object) {
        return fact(subject, CAPITAL, object);
    }

    private static LiveFact fact(String subject, Relation relation, String object) {
        EventId event = new EventId("test", subject + object);
        return new LiveFact(event, new Fact(subject, relation, object), Revision.at(Instant.EPOCH), Optional.empty(), Probes.NONE);
    }

    private static Path resource(String name) {
        try {
            return Path.of(TinyModel.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
