package dev.errata.export;

import dev.errata.delta.LiveFact;
import dev.errata.evaluation.Evaluation;
import dev.errata.evaluation.Scores;
import dev.errata.export.Form.Loading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What people and the Hugging Face hub read first: README.md with the edits, what was measured, digests, and how to load it.
 *
 * <h2>Limits</h2> {@value #FACTS} facts are listed, of more the number is told.
 *
 * @param of the line's name
 * @param in facts that are claimed, oldest first
 * @param out facts that were written since the base and are claimed no more
 * @param held why the version was not announced by itself
 * @param tensors SHA-256 of each edited tensor
 */
record ModelCard(
        String of,
        long version,
        String digest,
        String baseName,
        String baseDigest,
        List<LiveFact> in,
        List<LiveFact> out,
        Optional<Evaluation> evaluation,
        Optional<String> held,
        SortedMap<String, String> tensors,
        Loading loading,
        List<String> remarks) {
    static final String FILE = "README.md";
    static final int FACTS = 100;

    /** Markdown. */
    String text() {
        List<String> lines = new ArrayList<>(List.of(
                "---",
                "base_model: " + quoted(baseName),
                "base_model_relation: " + loading.relation(),
                "library_name: " + loading.library(),
                "pipeline_tag: text-generation",
                "tags:",
                "- errata",
                "- knowledge-editing",
                "- memit"));
        if (loading.library().equals("peft")) {
            lines.add("- lora");
        }
        lines.addAll(List.of(
                "---",
                "",
                "# " + of + ", version " + version,
                "",
                cell(baseName) + " with " + in.size() + " facts written into its weights by Errata. The terms of the base model hold.",
                "",
                "## How to load it",
                "",
                "```" + loading.language()));
        lines.addAll(loading.code());
        lines.addAll(List.of("```", ""));
        lines.addAll(remarks);
        held.ifPresent(why -> lines.addAll(List.of("", "**This version was held when it was committed: " + cell(why) + "**")));
        facts(lines, "Facts that it holds", in);
        facts(lines, "Facts that were written and taken out again", out);
        evaluation.ifPresent(measured -> evaluation(lines, measured));
        lines.addAll(List.of(
                "",
                "## Digests",
                "",
                "`" + Statement.FILE + "` names every file and all that this was made from; `errata verify --export .` checks it.",
                "",
                "| what | SHA-256 |",
                "|---|---|",
                "| this version | `" + digest + "` |",
                "| the base model | `" + baseDigest + "` |"));
        tensors.forEach((name, sha256) -> lines.add("| `" + name + "` | `" + sha256 + "` |"));
        return String.join("\n", lines) + "\n";
    }

    private static void facts(List<String> lines, String title, List<LiveFact> facts) {
        lines.addAll(List.of("", "## " + title + ": " + facts.size(), ""));
        if (facts.isEmpty()) {
            return;
        }
        lines.addAll(List.of("| statement | object | before | relation | source |", "|---|---|---|---|---|"));
        facts.stream().limit(FACTS).forEach(fact -> lines.add("| " + String.join(
                " | ",
                cell(fact.fact().prompt()),
                cell(fact.fact().object()),
                cell(fact.previousObject().orElse("")),
                cell(fact.fact().relation().id()),
                cell(fact.event().source() + " " + fact.event().id())) + " |"));
        if (facts.size() > FACTS) {
            lines.addAll(List.of("", "And " + (facts.size() - FACTS) + " more."));
        }
    }

    private static void evaluation(List<String> lines, Evaluation measured) {
        lines.addAll(List.of(
                "",
                "## Evaluation",
                "",
                "Measured when version " + measured.version() + " was committed.",
                "",
                "| score | percent | prompts |",
                "|---|---|---|"));
        scores(lines, "written facts", measured.written());
        measured.retained().ifPresent(retained -> scores(lines, "earlier facts", retained));
        measured.drift().ifPresent(drift -> lines.addAll(List.of("", String.format(
                Locale.ROOT,
                "On a fixed text of %d tokens: perplexity %.3f, the base's %.3f; mean KL divergence from the base %.2e nats.",
                drift.tokens(), drift.perplexity(), drift.basePerplexity(), drift.meanKl()))));
    }

    private static void scores(List<String> lines, String of, Scores scores) {
        scores.byName().forEach((name, score) ->
                lines.add(String.format(Locale.ROOT, "| %s: %s | %.1f | %d |", of, name, score.percent(), score.prompts())));
    }

    /** Somebody else's text must not become markup, nor end a row. */
    private static String cell(String text) {
        return text.replaceAll("\\s+", " ").replace("&", "&amp;").replace("<", "&lt;").replaceAll("([\\\\`*_\\[\\]|#~!])", "\\\\$1");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ") + '"';
    }
}
