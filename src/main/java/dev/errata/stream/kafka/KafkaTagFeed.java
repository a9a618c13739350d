package dev.errata.stream.kafka;

import dev.errata.delta.Tag;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.TagFeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@link TagFeed} on Kafka. */
public final class KafkaTagFeed implements TagFeed {
    private final TopicReader<Tag> tags;
    private boolean begun;

    public KafkaTagFeed(KafkaSettings settings, ModelLine line) {
        this.tags = new KafkaHistory(settings, line).tags();
    }

    @Override
    public List<Tag> heard() {
        if (!begun) {
            begun = true;
            return tags.catchUp();
        }
        List<Tag> heard = new ArrayList<>();
        for (Optional<Tag> next = tags.next(Duration.ZERO); next.isPresent(); next = tags.next(Duration.ZERO)) {
            heard.add(next.get());
        }
        return heard;
    }

    @Override
    public void close() {
        tags.close();
    }
}
