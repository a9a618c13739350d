package dev.errata.experiment;

import dev.errata.delta.LiveFact;
import dev.errata.evaluation.FixedText;
import dev.errata.fact.Fact;
import dev.errata.memit.Editor;
import dev.errata.transformer.CausalLm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

/**
 * Facts that change again and again beside others that stay (live-set.md §3): whether the tenth revision is as good as the first, and
 * what it costs the others.
 *
 * <h2>Thread safety</h2> None.
 */
public final class RevisionTrial {
    private final Editor editor;
    private final LastingScorer scorer;

    public RevisionTrial(CausalLm model, FixedText text, Editor editor) {
        this.editor = editor;
        this.scorer = new LastingScorer(model, text);
    }

    /**
     * @param neighborhood success over the neighbours of both
     * @param seconds of the edit that led here
     */
    public record Point(LastingScores revised, LastingScores others, double neighborhood, double perplexity, double seconds) {}

    /**
     * @param points after the first writing and after each revision
     * @param atOnce the last live set written from the base in one batch
     */
    public record Result(List<Point> points, Point atOnce) {}

    /**
     * Writes the others, then the revised, then revises those, all at once each time.
     *
     * @param revised facts with a previous object; a revision takes an object at random that another of all facts has under its relation
     * @param remembers whether earlier facts are protected and taken out; false is the reference's way, which writes over them
     */
    public Result run(List<LiveFact> revised, List<LiveFact> others, int times, boolean remembers, long seed) {
        Map<String, List<String>> objects = objects(revised, others);
        Random random = new Random(seed);
        EditSequence sequence = new EditSequence(editor, remembers);
        sequence.write(others);
        List<LiveFact> now = revised;
        List<Point> points = new ArrayList<>();
        for (int time = 0; time <= times; time++) {
            if (time > 0) {
                now = now.stream().map(fact -> revision(fact, objects, random)).toList();
            }
            double before = sequence.seconds();
            sequence.write(now);
            points.add(point(sequence, now, others, sequence.seconds() - before));
        }
        EditSequence atOnce = new EditSequence(editor, true);
        List<LiveFact> live = new ArrayList<>(others);
        live.addAll(now);
        atOnce.write(live);
        return new Result(points, point(atOnce, now, others, atOnce.seconds()));
    }

    private Point point(EditSequence sequence, List<LiveFact> revised, List<LiveFact> others, double seconds) {
        List<LiveFact> both = new ArrayList<>(others);
        both.addAll(revised);
        LastingScorer.Asked asked = scorer.ask(sequence.weights(), List.of(revised, others, both));
        return new Point(
                asked.scores().get(0), asked.scores().get(1), asked.scores().get(2).neighborhood(), asked.perplexity(), seconds);
    }

    /** Objects by relation, in a fixed order. */
    private static Map<String, List<String>> objects(List<LiveFact> revised, List<LiveFact> others) {
        Map<String, TreeSet<String>> objects = new HashMap<>();
        List<LiveFact> all = new ArrayList<>(revised);
        all.addAll(others);
        for (LiveFact fact : all) {
            TreeSet<String> ofRelation = objects.computeIfAbsent(fact.key().relation(), relation -> new TreeSet<>());
            ofRelation.add(fact.fact().object());
            fact.previousObject().ifPresent(ofRelation::add);
        }
        Map<String, List<String>> listed = new HashMap<>();
        objects.forEach((relation, some) -> listed.put(relation, List.copyOf(some)));
        return listed;
    }

    /** Neither what is claimed now nor what the base says; where there is no other object, the same again. */
    private static LiveFact revision(LiveFact fact, Map<String, List<String>> objects, Random random) {
        List<String> choice = objects.get(fact.key().relation()).stream()
                .filter(object -> !object.equals(fact.fact().object()) && !object.equals(fact.previousObject().orElse(null)))
                .toList();
        if (choice.isEmpty()) {
            return fact;
        }
        Fact next = new Fact(fact.fact().subject(), fact.fact().relation(), choice.get(random.nextInt(choice.size())));
        return new LiveFact(fact.event(), next, fact.revision(), fact.previousObject(), fact.probes());
    }
}
