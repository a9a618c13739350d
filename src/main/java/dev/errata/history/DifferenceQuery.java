package dev.errata.history;

import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.evaluation.Growth;
import dev.errata.fact.FactKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** Answers {@link HistoryIndex#difference}. */
final class DifferenceQuery {
    private static final String FACTS = "SELECT " + FactLine.COLUMNS + ", f.id FROM fact f WHERE f.id IN (";

    private final Db db;
    private final VersionQuery versions;

    DifferenceQuery(Db db) {
        this.db = db;
        this.versions = new VersionQuery(db);
    }

    Difference between(long from, long to, int limit) {
        new Line(db).require(from, 0);
        new Line(db).require(to, 0);
        long low = Math.min(from, to);
        long high = Math.max(from, to);
        // Only what began or ended between the two can be different; what ended and came back is not.
        String lost = "SELECT fact FROM span WHERE until > ? AND until <= ? AND since <= ?";
        String won = "SELECT fact FROM span WHERE since > ? AND since <= ? AND (until IS NULL OR until > ?)";
        Map<FactKey, FactLine> atLow = facts(FACTS + lost + " EXCEPT " + won + ") ORDER BY f.id", low, high, low, low, high, high);
        Map<FactKey, FactLine> atHigh = facts(FACTS + won + " EXCEPT " + lost + ") ORDER BY f.id", low, high, high, low, high, low);
        return compared(from, to, from <= to ? atLow : atHigh, from <= to ? atHigh : atLow, limit);
    }

    private Map<FactKey, FactLine> facts(String sql, Object... values) {
        Map<FactKey, FactLine> facts = new LinkedHashMap<>();
        db.list(FactLine.ROW, sql, values).forEach(fact -> facts.put(fact.key(), fact));
        return facts;
    }

    private Difference compared(long from, long to, Map<FactKey, FactLine> before, Map<FactKey, FactLine> after, int limit) {
        List<FactLine> in = new ArrayList<>();
        List<FactLine> out = new ArrayList<>();
        List<Difference.Changed> changed = new ArrayList<>();
        int restated = 0;
        for (FactLine now : after.values()) {
            FactLine then = before.get(now.key());
            if (then == null) {
                in.add(now);
            } else if (then.object().equals(now.object())) {
                restated++;
            } else {
                changed.add(new Difference.Changed(then, now));
            }
        }
        before.values().stream().filter(fact -> !after.containsKey(fact.key())).forEach(out::add);
        Difference.Totals totals = new Difference.Totals(in.size(), out.size(), changed.size(), restated);
        return new Difference(from, to, tensors(from, to), first(in, limit), first(out, limit), first(changed, limit), totals);
    }

    private static <T> List<T> first(List<T> all, int limit) {
        return all.subList(0, Math.min(limit, all.size()));
    }

    private List<Difference.Tensor> tensors(long from, long to) {
        if (new Line(db).newest() == 0) {
            return List.of();
        }
        Map<String, String> fromDigests = digests(from);
        Map<String, Double> fromNorms = norms(from);
        Map<String, Double> toNorms = norms(to);
        List<Difference.Tensor> tensors = new ArrayList<>();
        digests(to).forEach((name, digest) -> tensors.add(new Difference.Tensor(
                name, fromDigests.get(name), digest, norm(from, fromNorms.get(name)), norm(to, toNorms.get(name)))));
        return tensors;
    }

    private static OptionalDouble norm(long version, Double measured) {
        if (version == 0) {
            return OptionalDouble.of(0);
        }
        return measured == null ? OptionalDouble.empty() : OptionalDouble.of(measured);
    }

    /** The base's are those that the first version began with. */
    private SortedMap<String, String> digests(long number) {
        Version version = versions.record(Math.max(1, number));
        SortedMap<String, String> digests = new TreeMap<>();
        for (TensorState tensor : version.tensors()) {
            digests.put(tensor.name(), number == 0 ? tensor.before() : tensor.after());
        }
        return digests;
    }

    private Map<String, Double> norms(long number) {
        Map<String, Double> norms = new HashMap<>();
        Optional<Growth> growth = versions.evaluation(number).flatMap(Evaluation::growth);
        growth.ifPresent(grown -> grown.tensors().forEach((name, tensor) -> norms.put(name, tensor.changeNorm())));
        return norms;
    }
}
