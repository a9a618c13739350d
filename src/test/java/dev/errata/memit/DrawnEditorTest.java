package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.delta.LowRank;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactKey;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class DrawnEditorTest {
    private final BatchEditor of = new LinearEditor(1);
    private final DrawnEditor editor = new DrawnEditor(of);

    private static LiveFact fact(String subject, String object) {
        Fact fact = new Fact(subject, new Relation("P1", "{} is in"), object);
        return new LiveFact(new EventId("test", subject + object), fact, Revision.at(Instant.EPOCH), Optional.empty(), Probes.NONE);
    }

    private EditResult.Edited edit(LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out) {
        return (EditResult.Edited) editor.edit(live, current, in, out, Progress.NONE);
    }

    private EditResult.Edited first(LiveFact... facts) {
        return edit(editor.emptyLiveSet(), editor.baseWeights(), List.of(facts), List.of());
    }

    @Test
    void shouldWriteAPairForEachFactInEveryBlock() {
        EditResult.Edited edited = first(fact("Ada", "red"), fact("Bo", "green"));

        assertThat(edited.pairs().size()).isEqualTo(2);
        assertThat(edited.delta().changes()).hasSize(of.baseWeights().size())
                .allMatch(change -> change instanceof LowRank factors && factors.rank() == 2);
        assertThat(edited.live().facts()).containsExactly(fact("Ada", "red"), fact("Bo", "green"));
    }

    @Test
    void shouldDrawTheSameWhenTheFactsAreTheSame() {
        assertThat(first(fact("Ada", "red")).weights()).isEqualTo(first(fact("Ada", "red")).weights());
    }

    @Test
    void shouldDrawAnotherResidualForTheSameKeyWhenTheObjectIsAnother() {
        EditResult.Edited red = first(fact("Ada", "red"));
        EditResult.Edited blue = first(fact("Ada", "blue"));

        assertThat(red.pairs().blocks().get(0).keys()).isEqualTo(blue.pairs().blocks().get(0).keys());
        assertThat(red.pairs().blocks().get(0).values()).isNotEqualTo(blue.pairs().blocks().get(0).values());
    }

    @Test
    void shouldComeBackToTheBaseWhenAllFactsGo() {
        EditResult.Edited edited = first(fact("Ada", "red"), fact("Bo", "green"));

        SortedMap<String, EditedTensor> back =
                edit(edited.live(), edited.weights(), List.of(), edited.live().facts().stream().map(LiveFact::key).toList()).weights();

        of.baseWeights().forEach((name, base) -> {
            assertThat(edited.weights().get(name).values()).isNotEqualTo(base.values());
            for (int i = 0; i < base.values().length; i++) {
                assertThat(back.get(name).values()[i]).isCloseTo(base.values()[i], within(1e-6f));
            }
        });
    }
}
