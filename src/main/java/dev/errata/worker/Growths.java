package dev.errata.worker;

import dev.errata.delta.EditedTensor;
import dev.errata.evaluation.Growth;
import dev.errata.memit.Capacity;
import dev.errata.memit.LiveSet;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** Measures how far edited tensors have grown; one pass over them, in fp64. Stateless. */
public final class Growths {
    private Growths() {}

    /**
     * @param base the base's edited tensors, by name
     * @param weights a version's, by the same names
     * @param live the version's live set
     * @param name the edited tensor of a block
     */
    public static Growth of(Map<String, EditedTensor> base, Map<String, EditedTensor> weights, LiveSet live, IntFunction<String> name) {
        SortedMap<String, Growth.Tensor> tensors = live.blocks().parallelStream()
                .map(block -> {
                    String tensor = name.apply(block);
                    return Map.entry(tensor, of(base.get(tensor).values(), weights.get(tensor).values(), live.capacity(block)));
                })
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, other) -> other, TreeMap::new));
        return new Growth(live.size(), base.values().iterator().next().in(), tensors);
    }

    private static Growth.Tensor of(float[] base, float[] now, Optional<Capacity> capacity) {
        double change = 0;
        double all = 0;
        double before = 0;
        for (int i = 0; i < base.length; i++) {
            double difference = (double) now[i] - base[i];
            change += difference * difference;
            all += (double) now[i] * now[i];
            before += (double) base[i] * base[i];
        }
        return new Growth.Tensor(
                Math.sqrt(change),
                Math.sqrt(all),
                Math.sqrt(before),
                capacity.map(Capacity::meanLeverage),
                capacity.map(Capacity::smallestEigenvalue));
    }
}
