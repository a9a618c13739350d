package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryCommandsTest {
    private static final String FACT =
            """
            {"key": {"subject": "Eiffel Tower", "relation": "P131"}, "object": "%s",
             "event": {"source": "urn:desk", "id": "%s"}, "version": %d}""";

    @TempDir
    private Path directory;

    private FakeService service;

    @BeforeEach
    void open() throws IOException {
        service = new FakeService();
    }

    @AfterEach
    void close() {
        service.close();
    }

    private Ran errata(String... args) {
        String[] all = Arrays.copyOf(args, args.length + 2);
        all[args.length] = "--url";
        all[args.length + 1] = service.url();
        return Ran.errata(all);
    }

    private String asked(int number) {
        return service.asked().get(number).target();
    }

    @Test
    void shouldPrintWhatHappenedNewestFirst() {
        service.answers(200, """
                {"lines": [
                 {"kind": "version", "version": 3, "status": "rolledBack", "committedAt": "2026-03-01T12:00:03.499001Z", "to": 1,
                  "reason": "bad"},
                 {"kind": "change", "status": "rejected", "at": "2026-03-01T12:00:02Z", "key": {"subject": "Pelé", "relation": "P27"},
                  "event": {"source": "urn:desk", "id": "e2"}, "code": "GUARD_DRIFT", "message": "drift: 2"},
                 {"kind": "change", "status": "superseded", "at": "2026-03-01T12:00:02Z", "key": {"subject": "Pelé", "relation": "P27"},
                  "event": {"source": "urn:desk", "id": "e1"}, "by": {"source": "urn:desk", "id": "e3"}},
                 {"kind": "version", "version": 1, "status": "edited", "committedAt": "2026-03-01T12:00:01Z", "written": 2, "removed": 1,
                  "facts": [%s]}], "next": "1.-1.1"}""".formatted(FACT.formatted("Rome", "e0", 1)));

        Ran ran = errata("log", "--subject", "Eiffel Tower", "--status", "edited,rejected", "--limit", "4");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(asked(0)).isEqualTo("/log?limit=4&subject=Eiffel+Tower&status=edited&status=rejected");
        assertThat(ran.out()).isEqualTo("""
                time                      status      version  what
                2026-03-01T12:00:03.500Z  rolledBack  3        back to 1: bad
                2026-03-01T12:00:02Z      rejected    -        Pelé / P27, urn:desk e2; GUARD_DRIFT: drift: 2
                2026-03-01T12:00:02Z      superseded  -        Pelé / P27, urn:desk e1; newer: urn:desk e3
                2026-03-01T12:00:01Z      edited      1        2 written, 1 removed; Eiffel Tower / P131: Rome; …

                There is more: --limit.
                """);
    }

    @Test
    void shouldReadAsManyPagesAsAreWanted() {
        String line = "{\"kind\": \"version\", \"version\": 1, \"status\": \"edited\"}";
        service.answers(200, "{\"lines\": [" + line + "], \"next\": \"7.-1.1\"}").answers(200, "{\"lines\": [" + line + "]}");

        Ran ran = errata("log", "--limit", "2", "--json");

        assertThat(asked(1)).isEqualTo("/log?limit=1&before=7.-1.1");
        assertThat(ran.out()).contains("\"lines\"").doesNotContain("next");
    }

    @Test
    void shouldSayNothingWhenNothingHappened() {
        service.answers(200, "{\"lines\": []}");

        assertThat(errata("log").out()).isEqualTo("nothing\n");
    }

    @Test
    void shouldShowAVersionWithWhatItReplaced() {
        service.answers(200, """
                {"number": 2, "model": "tiny", "intent": "b-1", "digest": "0123456789abcdef", "parentDigest": "fedc",
                 "committedAt": "2026-03-01T12:00:02.25Z",
                 "change": {"kind": "edited", "in": [
                  {"event": {"source": "urn:desk", "id": "e1"},
                   "fact": {"subject": "Eiffel\u2003Tower", "relation": {"id": "P131"}, "object": "Rome"}},
                  {"event": {"source": "urn:desk", "id": "e2"}, "previousObject": "Brazil",
                   "fact": {"subject": "Pelé", "relation": {"id": "P27"}, "object": "Perú"}}]},
                 "tensors": [{"name": "a.weight", "before": "aa", "after": "bb"}, {"name": "b.weight", "before": "cc", "after": "cc"}],
                 "provenance": {"base": "ba5e", "software": "errata 1", "inputs": {"hyperParameters": "feed"}, "seconds": {"targets": 1.5}},
                 "evaluation": {"written": {"byName": {"efficacySuccess": {"percent": 100.0, "prompts": 2}}},
                  "drift": {"perplexity": 21.5, "basePerplexity": 20.25, "meanKl": 0.003, "tokens": 2048},
                  "growth": {"tensors": {"a.weight": {"changeNorm": 12.5, "norm": 101, "baseNorm": 100}}}},
                 "history": {"announced": false, "replaced": [%s], "operations": [], "totals": {"removed": 3, "returned": 0},
                  "removed": [{"fact": %s, "ending": {"kind": "retracted", "version": 2, "by": {"source": "urn:desk", "id": "e9"}}}],
                  "returned": []}}""".formatted(FACT.formatted("Paris", "e0", 1), FACT.formatted("Milan", "e5", 1)));

        Ran ran = errata("show", "2");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(asked(0)).isEqualTo("/versions/2");
        assertThat(ran.out()).isEqualTo("""
                version 2 of tiny, 2026-03-01T12:00:02.250Z, not announced
                digest 0123456789abcdef
                parent fedc
                intent b-1

                written              object  instead of                   event
                Eiffel\u2003Tower / P131  Rome    Paris (version 1)            urn:desk e1
                Pelé / P27           Perú    Brazil (as its source says)  urn:desk e2

                removed              object  because
                Eiffel Tower / P131  Milan   retracted in version 2 by urn:desk e9
                … and 2 more: errata diff.

                score            written       earlier ones
                efficacySuccess  100.0 % of 2  -

                perplexity 21.50 (base 20.25), mean KL 0.0030 over 2048 tokens

                tensor    digest     |W - W0|  |W|       |W0|
                a.weight  bb         12.5000   101.0000  100.0000
                b.weight  as before  -         -         -

                software errata 1
                base ba5e
                hyperParameters feed

                phase    seconds
                targets  1.500
                """);
    }

    @Test
    void shouldShowWhereARollbackWentAndWhoAskedForIt() {
        service.answers(200, """
                {"number": 3, "model": "tiny", "intent": "r-1", "digest": "01", "parentDigest": "02", "committedAt": "2026-03-01T12:00:02Z",
                 "change": {"kind": "rolledBack", "to": 1, "reason": "bad"}, "tensors": [], "provenance": {"base": "b", "software": "s"},
                 "history": {"announced": true, "replaced": [], "removed": [], "returned": [%s],
                  "operations": [{"action": "ROLLBACK", "by": {"name": "olga"}, "reason": "bad"}]}}"""
                .formatted(FACT.formatted("Rome", "e0", 1)));

        assertThat(errata("show", "3").out()).contains("""
                rollback by olga: bad
                back to version 1: bad

                live again           object  of version
                Eiffel Tower / P131  Rome    1
                """);
    }

    private static final String DIFFERENCE = """
            {"from": 1, "to": 2, "totals": {"in": 1, "out": 1, "changed": 5, "restated": 1},
             "in": [%s], "out": [%s], "changed": [{"from": %s, "to": %s}],
             "tensors": [{"name": "a.weight", "fromDigest": "aa", "toDigest": "bb", "fromChangeNorm": 0.0, "toChangeNorm": 1.5},
              {"name": "b.weight", "fromDigest": "cc", "toDigest": "cc"}]}"""
            .formatted(FACT.formatted("in", "e1", 2), FACT.formatted("out", "e2", 1), FACT.formatted("old", "e3", 1),
                    FACT.formatted("new", "e4", 2));

    @Test
    void shouldCompareTwoVersions() {
        service.answers(200, DIFFERENCE);

        Ran ran = errata("diff", "1", "2", "--limit", "1");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(asked(0)).isEqualTo("/versions/1/diff/2?limit=1");
        assertThat(ran.out()).isEqualTo("""
                from version 1 to 2: 1 facts in, 1 out, 5 changed, 1 stated anew

                   fact                 version 1  version 2  event
                +  Eiffel Tower / P131             in         urn:desk e1
                -  Eiffel Tower / P131  out
                ~  Eiffel Tower / P131  old        new        urn:desk e4
                … and 4 more: --limit.

                tensor             |W - W0| in 1  in 2
                a.weight  differs  0.0000         1.5000
                b.weight  same     -              -
                """);
    }

    @Test
    void shouldAskBothVersionsWhenThereArePrompts() throws IOException {
        Path prompts = Files.writeString(directory.resolve("prompts"), "One is\n\nTwo is\n");
        service.answers(200, DIFFERENCE)
                .answers(200, "{\"text\": \" same\"}").answers(200, "{\"text\": \" same\"}")
                .answers(200, "{\"text\": \" Paris\"}").answers(200, "{\"text\": \" Rome\"}");

        Ran ran = errata("diff", "1", "2", "--prompts", prompts.toString());

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(service.asked().get(2).body()).contains("\"prompt\":\"One is\"", "\"version\":2");
        assertThat(ran.out()).endsWith("""
                1 of 2 answers differ

                prompt  version 1  version 2
                Two is  Paris      Rome
                """);
    }

    @Test
    void shouldRefuseWhenThePromptsCannotBeRead() {
        Ran ran = errata("diff", "1", "2", "--prompts", directory.resolve("none").toString());

        assertThat(ran.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(service.asked()).isEmpty();
    }

    @Test
    void shouldTellWhoWroteWhatIsLive() {
        String claim = """
                {"fact": %s, "saidAt": "2026-03-01T12:00:00Z", "batch": "b-1", "committedAt": "2026-03-01T12:00:05Z", "replaced": %s,
                 "spans": [{"since": 2}]}""".formatted(FACT.formatted("Rome", "e1", 2), FACT.formatted("Paris", "e0", 1));
        String old = """
                {"fact": %s, "saidAt": "2026-03-01T11:00:00Z", "batch": "b-0", "committedAt": "2026-03-01T11:00:05Z",
                 "spans": [{"since": 1, "ending": {"kind": "replaced", "version": 2, "by": {"source": "urn:desk", "id": "e1"},
                  "object": "Rome"}}]}""".formatted(FACT.formatted("Paris", "e0", 1));
        service.answers(200, """
                {"subject": "Eiffel Tower", "keys": [{"key": {"subject": "Eiffel Tower", "relation": "P131"}, "live": %s,
                 "claims": [%s, %s],
                 "unwritten": [{"at": "2026-03-01T12:00:06Z", "status": "duplicate", "event": {"source": "urn:desk", "id": "e1"}}]}]}"""
                .formatted(claim, old, claim));

        Ran ran = errata("why", "Eiffel Tower", "P131");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(asked(0)).isEqualTo("/why?subject=Eiffel+Tower&relation=P131");
        assertThat(ran.out()).isEqualTo("""
                Eiffel Tower / P131: Rome
                  event   e1 of 2026-03-01T12:00:00Z
                  source  urn:desk
                  batch   b-1
                  version 2, 2026-03-01T12:00:05Z
                  instead of "Paris" of version 1

                live  object  event        then
                1     Paris   urn:desk e0  replaced in version 2 by "Rome"
                2..   Rome    urn:desk e1

                time                  not written  event        because
                2026-03-01T12:00:06Z  duplicate    urn:desk e1
                """);
    }

    @Test
    void shouldTellWhoTookAFactOutWhenNothingIsLive() {
        service.answers(200, """
                {"subject": "Pelé", "keys": [{"key": {"subject": "Pelé", "relation": "P27"}, "unwritten": [], "claims": [
                 {"fact": %s, "spans": [{"since": 1, "ending": {"kind": "rolledBack", "version": 4, "to": 0}}]}]}]}"""
                .formatted(FACT.formatted("Perú", "e0", 1)));

        assertThat(errata("why", "Pelé").out()).startsWith("""
                Pelé / P27: nothing is claimed
                  what was claimed last was taken out by version 4, which went back to 0
                """);
    }

    @Test
    void shouldNameTheEndingThatCameLastWhenARollbackBroughtAnOlderClaimBack() {
        service.answers(200, """
                {"subject": "Pelé", "keys": [{"key": {"subject": "Pelé", "relation": "P27"}, "unwritten": [], "total": 7, "claims": [
                 {"fact": %s, "spans": [
                  {"since": 1, "ending": {"kind": "replaced", "version": 2, "by": {"source": "urn:desk", "id": "e1"}, "object": "Chile"}},
                  {"since": 3, "ending": {"kind": "retracted", "version": 10, "by": {"source": "urn:desk", "id": "e9"}}}]},
                 {"fact": %s, "spans": [{"since": 2, "ending": {"kind": "rolledBack", "version": 3, "to": 1}}]}]}]}"""
                .formatted(FACT.formatted("Perú", "e0", 1), FACT.formatted("Chile", "e1", 2)));

        Ran ran = errata("why", "Pelé");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("what was claimed last was retracted in version 10 by urn:desk e9\n")
                .endsWith("… and 5 earlier ones.\n");
    }

    @Test
    void shouldFailWhenAChangeWasRejectedAndNothingWasEverClaimed() {
        service.answers(200, """
                {"subject": "Pelé", "keys": [{"key": {"subject": "Pelé", "relation": "P27"}, "claims": [], "total": 0, "unwritten": [
                 {"at": "2026-03-01T12:00:06Z", "status": "rejected", "event": {"source": "urn:desk", "id": "e1"},
                  "code": "FACT_NOT_LIVE", "message": "why"}]}]}""");

        Ran ran = errata("why", "Pelé");

        assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ran.out()).startsWith("Pelé / P27: nothing is claimed\n").contains("FACT_NOT_LIVE: why");
    }

    @Test
    void shouldFailWhenNothingWasEverClaimed() {
        service.answers(200, "{\"subject\": \"x\", \"keys\": []}");

        Ran ran = errata("why", "x", "P1");

        assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ran.out()).isEqualTo("nothing was ever claimed of \"x\" under P1\n");
    }
}
