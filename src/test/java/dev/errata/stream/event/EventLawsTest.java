package dev.errata.stream.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.errata.batch.Batch;
import dev.errata.batch.Intent;
import dev.errata.batch.Known;
import dev.errata.batch.SealCause;
import dev.errata.delta.LiveFact;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.Position;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.failure.ErrataException;
import dev.errata.stream.Examples;
import dev.errata.stream.FactEvent;
import dev.errata.stream.FactLimits;
import dev.errata.stream.IntakeNote;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.RawRecord;
import dev.errata.stream.RawRecord.Header;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What is written is read as the same, whatever characters, numbers and times it holds. */
class EventLawsTest {
    @Property
    void shouldReadAFactChangeAsItWasWritten(@ForAll("changes") FactChange change) {
        FactReader.Request read = new FactReader(FactLimits.DEFAULT).read(record(Events.of(change)));

        assertThat(read).isEqualTo(new FactReader.Request.Change(new FactEvent(change)));
    }

    @Property
    void shouldReadAnIntentAsItWasWritten(@ForAll("changes") FactChange change, @ForAll("texts") String reason) {
        Batch batch = Batch.of(List.of(new Arrival(change, new Position(1, 2), Examples.NOON)), SealCause.FULL, Examples.NOON);
        Intent edit = new Intent.Edit(batch);
        Intent rebase = new Intent.Rebase("r", reason, Examples.NOON);
        Intent rollback = new Intent.Rollback("r", 7, reason, Examples.NOON);

        assertThat(IntentCodec.read(record(Events.of(Examples.LINE, edit)))).isEqualTo(edit);
        assertThat(IntentCodec.read(record(Events.of(Examples.LINE, rollback)))).isEqualTo(rollback);
        assertThat(IntentCodec.read(record(Events.of(Examples.LINE, rebase)))).isEqualTo(rebase);
    }

    @Property
    void shouldReadMemoryAndLedgerAsTheyWereWritten(@ForAll("changes") FactChange change) {
        Arrival arrival = new Arrival(change, new Position(1, Long.MAX_VALUE), Examples.NOON);
        law(EventCodec.INTAKE, new IntakeNote.StillPending(Long.MAX_VALUE, 0, Examples.NOON, arrival));
        law(EventCodec.INTAKE, new IntakeNote.OnlyKnown(1, Known.rejected(change)));
        law(EventCodec.INTAKE, new IntakeNote.Begun(change.event(), Map.of(0, Long.MAX_VALUE, 7, 0L)));
        if (change instanceof Asserted asserted) {
            law(EventCodec.LEDGER, new LedgerChange.Written(1, LiveFact.of(asserted)));
        }
    }

    /** Bytes of an event with some of them changed: read, or refused with a code. */
    @Property
    void shouldNeverFailInAnotherWay(@ForAll("changes") FactChange change, @ForAll List<@IntRange(max = 100_000) Integer> places) {
        RawRecord whole = record(Events.of(change));
        byte[] value = whole.value().clone();
        places.forEach(place -> value[place % value.length] = (byte) (place / value.length));
        RawRecord damaged = new RawRecord(whole.position(), whole.time(), whole.key(), value, whole.headers());

        Throwable thrown = catchThrowable(() -> new FactReader(FactLimits.DEFAULT).read(damaged));

        assertThat(thrown == null || thrown instanceof ErrataException).as("%s", thrown).isTrue();
    }

    private static <T> void law(EventCodec<T> codec, T value) {
        assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
    }

    private static RawRecord record(CloudEvent event) {
        List<Header> headers = new ArrayList<>(List.of(
                Samples.header("ce_specversion", "1.0"),
                Samples.header("ce_id", event.id().id()),
                Samples.header("ce_source", event.id().source()),
                Samples.header("ce_type", event.type().type()),
                Samples.header("ce_time", event.time().toString()),
                Samples.header("content-type", event.type().contentType())));
        event.subject().ifPresent(subject -> headers.add(Samples.header("ce_subject", subject)));
        return new RawRecord(new Position(0, 0), Instant.EPOCH, null, event.data(), headers);
    }

    /** Any characters at all, surrogate pairs included, but something that can be seen. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().all().excludeChars('\uD800').ofMinLength(0).ofMaxLength(20)
                .map(text -> text.replaceAll("[\\x{D800}-\\x{DFFF}]", "\uD83D\uDE00").replace("{}", ""))
                .map(text -> "x" + text);
    }

    @Provide
    Arbitrary<FactChange> changes() {
        Arbitrary<EventId> events = Combinators.combine(texts(), texts()).as(EventId::new);
        Arbitrary<Instant> times = Arbitraries.longs().between(-62_135_596_800_000L, 253_402_300_799_999L).map(Instant::ofEpochMilli);
        Arbitrary<Revision> revisions = Combinators.combine(Arbitraries.longs().optional(), times).as((number, time) ->
                number.map(n -> Revision.number(n, time)).orElseGet(() -> Revision.at(time)));
        Arbitrary<Fact> facts = Combinators.combine(texts(), texts(), texts(), texts())
                .as((subject, relation, prompt, object) -> new Fact(subject, new Relation(relation, "{} " + prompt), object));
        Arbitrary<Probes> probes = Combinators.combine(texts().list().ofMaxSize(2), texts().list().ofMaxSize(2)).as(Probes::new);
        Arbitrary<FactChange> asserted = Combinators.combine(events, facts, revisions, texts().optional(), probes)
                .as((event, fact, revision, previous, probe) -> new Asserted(event, fact, revision, (Optional<String>) previous, probe));
        Arbitrary<FactChange> retracted = Combinators.combine(events, texts(), texts(), revisions).as(Retracted::new);
        return Arbitraries.oneOf(asserted, retracted);
    }
}
