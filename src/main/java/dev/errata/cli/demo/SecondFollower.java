package dev.errata.cli.demo;

import dev.errata.delta.PayloadStore;
import dev.errata.follower.FollowerCycle;
import dev.errata.follower.ServedVersions;
import dev.errata.memit.EditedTensors;
import dev.errata.memit.HyperParameters;
import dev.errata.service.Wiring;
import dev.errata.stream.kafka.KafkaDeltaFeed;
import dev.errata.stream.kafka.KafkaVersionFeed;
import dev.errata.transformer.CausalLm;
import dev.errata.worker.Settings;
import java.nio.file.Path;
import java.util.SortedMap;

/** A follower that shares nothing with the service but the topics: another copy of the model, read from disk again. */
final class SecondFollower implements AutoCloseable {
    private final CausalLm model;
    private final ServedVersions served;
    private final FollowerCycle cycle;

    SecondFollower(Settings settings) {
        Wiring wiring = new Wiring(settings);
        Path directory = settings.modelDirectory();
        model = CausalLm.load(directory, settings.device());
        HyperParameters parameters = HyperParameters.read(settings.model().hparams().orElse(directory.resolve("hparams.json")));
        served = new ServedVersions(
                settings.lineName(),
                model,
                EditedTensors.base(model, parameters.layers()),
                new PayloadStore(settings.state().dir().resolve("second-follower")),
                () -> new KafkaDeltaFeed(wiring.kafka(), wiring.line()));
        cycle = new FollowerCycle(new KafkaVersionFeed(wiring.kafka(), wiring.line()), served);
    }

    /** Follows to this version. */
    void follow(long version) {
        while (served.number() < version) {
            cycle.turn();
        }
    }

    /** Digests of the edited tensors that this follower has at a version, computed from its own arrays. */
    SortedMap<String, String> digests(long version) {
        return served.digests(version);
    }

    @Override
    public void close() {
        cycle.close();
        served.close();
        model.close();
    }
}
