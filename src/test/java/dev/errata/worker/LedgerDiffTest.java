package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.LiveFact;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.stream.LedgerChange.Removed;
import dev.errata.stream.LedgerChange.Written;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerDiffTest {
    private final Changes changes = new Changes();
    private final LiveFact anna = LiveFact.of(changes.speaks("Anna", "Polish"));
    private final LiveFact annaRevised = LiveFact.of(changes.speaks("Anna", "Serbian"));
    private final LiveFact boris = LiveFact.of(changes.speaks("Boris", "Swedish"));
    private final PlainLine line = new PlainLine();

    @Test
    void shouldWriteAFactOnceWhenItReplacesAnother() {
        line.chain.append(line.edit(List.of(anna, boris), List.of()));

        assertThat(LedgerDiff.between(line.chain, line.edit(List.of(annaRevised), List.of(anna.key()))))
                .containsExactly(new Written(2, annaRevised));
    }

    @Test
    void shouldRemoveAFactWhenItIsTakenOutOnly() {
        line.chain.append(line.edit(List.of(anna, boris), List.of()));

        assertThat(LedgerDiff.between(line.chain, line.edit(List.of(), List.of(anna.key())))).containsExactly(new Removed(anna.key()));
    }

    @Test
    void shouldWriteOnlyWhatDiffersWhenItRollsBack() {
        line.chain.append(line.edit(List.of(anna, boris), List.of()));
        line.chain.append(line.edit(List.of(annaRevised), List.of(anna.key())));
        LiveFact clara = LiveFact.of(changes.speaks("Clara", "Greek"));
        line.chain.append(line.edit(List.of(clara), List.of()));

        assertThat(LedgerDiff.between(line.chain, line.next(new RolledBack(1, ""))))
                .containsExactly(new Removed(clara.key()), new Written(1, anna));
        assertThat(LedgerDiff.between(line.chain, line.next(new RolledBack(3, "")))).isEmpty();
    }
}
