package dev.errata.service;

import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.ConflictRule;
import dev.errata.memit.EditorSettings;
import dev.errata.memit.EditorSettings.Anchor;
import dev.errata.stream.FactLimits;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.TopicSettings;
import dev.errata.stream.Topics;
import dev.errata.worker.Guards;
import dev.errata.worker.Settings;

/** Settings in the words of the rooms that use them; a value that cannot be is {@code SETTING_INVALID} here, before anything starts. */
public record Wiring(Settings settings) {

    public KafkaSettings kafka() {
        return new KafkaSettings(settings.kafka().bootstrapServers(), settings.kafka().client());
    }

    public Topics topics() {
        return new Topics(settings.topics().prefix());
    }

    public TopicSettings topicSettings() {
        return new TopicSettings(settings.topics().create(), settings.topics().partitions(), settings.topics().replication());
    }

    public ModelLine line() {
        return new ModelLine(topics(), settings.modelName());
    }

    public FactLimits limits() {
        Settings.Limits limits = settings.limits();
        return new FactLimits(
                limits.subjectChars(),
                limits.promptChars(),
                limits.objectChars(),
                limits.probes(),
                limits.probeChars(),
                limits.recordBytes());
    }

    AccumulatorRules rules() {
        ConflictRule conflict = settings.conflict() == Settings.Conflict.REJECT ? ConflictRule.REJECT : ConflictRule.LATER;
        return new AccumulatorRules(settings.batch().maxFacts(), settings.batch().maxAge(), conflict);
    }

    EditorSettings editor() {
        Anchor anchor = settings.targets().anchor() == Settings.Anchor.CURRENT ? Anchor.CURRENT : Anchor.BASE;
        return new EditorSettings(settings.targets().maxNll(), settings.targets().groupFacts(), anchor);
    }

    Guards guards() {
        return new Guards(settings.guards().maxPerplexityRatio());
    }
}
