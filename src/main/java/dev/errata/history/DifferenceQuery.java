package dev.errata.history;

import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.evaluation.Growth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** Answers {@link HistoryIndex#difference}. */
final class DifferenceQuery {
    private static final String FACTS = "SELECT fact, key, object FROM span WHERE ";

    /** A live fact, with hashes in the place of its text. */
    private record Row(long id, long key, long object) {}

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
        // Only what began or ended between the two can be different.
        Map<Long, Row> atLow = rows("until > ? AND until <= ? AND since <= ?", low, high, low);
        Map<Long, Row> atHigh = rows("since > ? AND since <= ? AND (until IS NULL OR until > ?)", low, high, high);
        return from <= to ? compared(from, to, atLow, atHigh, limit) : compared(from, to, atHigh, atLow, limit);
    }

    private Map<Long, Row> rows(String where, Object... values) {
        Map<Long, Row> rows = new HashMap<>();
        db.list(row -> new Row(row.getLong(1), row.getLong(2), row.getLong(3)), FACTS + where, values)
                .forEach(row -> rows.put(row.key(), row));
        return rows;
    }

    private Difference compared(long from, long to, Map<Long, Row> before, Map<Long, Row> after, int limit) {
        List<Row> in = new ArrayList<>();
        List<Row> changed = new ArrayList<>();
        int restated = 0;
        for (Row now : after.values()) {
            Row then = before.get(now.key());
            if (then == null) {
                in.add(now);
            } else if (then.object() != now.object()) {
                changed.add(now);
            } else if (then.id() != now.id()) {
                // What ended and came back is no difference at all.
                restated++;
            }
        }
        List<Row> out = before.values().stream().filter(row -> !after.containsKey(row.key())).toList();
        Difference.Totals totals = new Difference.Totals(in.size(), out.size(), changed.size(), restated);
        List<Difference.Changed> both = first(changed, limit).stream()
                .map(now -> new Difference.Changed(fact(before.get(now.key())), fact(now)))
                .toList();
        return new Difference(from, to, tensors(from, to), facts(in, limit), facts(out, limit), both, totals);
    }

    private List<FactLine> facts(List<Row> rows, int limit) {
        return first(rows, limit).stream().map(this::fact).toList();
    }

    private FactLine fact(Row row) {
        return db.first(FactLine.ROW, "SELECT " + FactLine.COLUMNS + " FROM fact f WHERE f.id = ?", row.id()).orElseThrow();
    }

    /** The oldest of them. */
    private static List<Row> first(List<Row> all, int limit) {
        return all.stream().sorted(Comparator.comparingLong(Row::id)).limit(limit).toList();
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
