package dev.errata.history;

import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.evaluation.Growth;
import java.sql.ResultSet;
import java.sql.SQLException;
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
    private static final String FACTS = "SELECT fact, key, object FROM span WHERE ";

    /** A live fact, with hashes in the place of its text. */
    private record Row(long id, long key, long object) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }

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
        Map<Long, Row> before = new LinkedHashMap<>();
        db.each(row -> {
            Row lost = Row.of(row);
            before.put(lost.key(), lost);
        }, FACTS + "until > ? AND until <= ? AND since <= ?", low, high, low);
        Compared compared = new Compared(before, limit);
        db.each(compared::take, FACTS + "since > ? AND since <= ? AND (until IS NULL OR until > ?)", low, high, high);
        return difference(from, to, compared);
    }

    /** Of the facts that are live in the higher version alone, one after the other, what has become of the lower one's. */
    private static final class Compared {
        private final Map<Long, Row> before;
        private final int limit;
        private final List<Row> came = new ArrayList<>();
        private final List<Row[]> changed = new ArrayList<>();
        private int cameCount;
        private int changedCount;
        private int restated;

        Compared(Map<Long, Row> before, int limit) {
            this.before = before;
            this.limit = limit;
        }

        void take(ResultSet result) throws SQLException {
            Row now = Row.of(result);
            Row then = before.remove(now.key());
            if (then == null) {
                if (cameCount++ < limit) {
                    came.add(now);
                }
            } else if (then.object() != now.object()) {
                if (changedCount++ < limit) {
                    changed.add(new Row[] {then, now});
                }
            } else if (then.id() != now.id()) {
                // What ended and came back is no difference at all.
                restated++;
            }
        }
    }

    private Difference difference(long from, long to, Compared compared) {
        boolean up = from <= to;
        List<FactLine> came = compared.came.stream().map(this::fact).toList();
        List<FactLine> went = compared.before.values().stream().limit(compared.limit).map(this::fact).toList();
        List<Difference.Changed> changed = compared.changed.stream()
                .map(pair -> new Difference.Changed(fact(pair[up ? 0 : 1]), fact(pair[up ? 1 : 0])))
                .toList();
        int left = compared.before.size();
        Difference.Totals totals = new Difference.Totals(
                up ? compared.cameCount : left, up ? left : compared.cameCount, compared.changedCount, compared.restated);
        return new Difference(from, to, tensors(from, to), up ? came : went, up ? went : came, changed, totals);
    }

    private FactLine fact(Row row) {
        return db.first(FactLine.ROW, "SELECT " + FactLine.COLUMNS + " FROM fact f WHERE f.id = ?", row.id()).orElseThrow();
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
