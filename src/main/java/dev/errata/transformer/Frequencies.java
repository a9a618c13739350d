package dev.errata.transformer;

import java.util.function.DoubleUnaryOperator;

/**
 * How fast the pairs of a rotary head turn, in radians a position: from 1 down, each pair slower than the one before by the same factor,
 * and then as much slower as a model needs that was stretched to longer texts.
 *
 * <h2>Limits</h2> Knows plain frequencies, {@code linear} and {@code llama3} scaling. Others change with the text's length or scale
 * attention too, and are refused.
 */
final class Frequencies {
    /** Coordinates of a head that turn, at most: heads have a few hundred, and a config is no reason to fill the memory. */
    static final int TURNED_MAX = 1 << 16;

    private static final double BASE = 10_000;

    private Frequencies() {}

    /** GPT-J's, which has no settings. */
    static float[] plain(int rotaryDim) {
        return geometric(rotaryDim, BASE);
    }

    /**
     * What config.json says: {@code rotary_emb_base} or {@code rope_theta}, and {@code rope_scaling}; or, in files of transformers 5,
     * {@code rope_parameters} with both.
     *
     * @param rotaryDim how many coordinates of a head turn, even
     * @return one for each pair
     */
    static float[] read(JsonFile file, int rotaryDim) {
        if (file.has("rope_parameters")) {
            JsonFile rope = file.within("rope_parameters");
            return scaled(geometric(rotaryDim, rope.positive("rope_theta")), rope);
        }
        String base = file.has("rotary_emb_base") ? "rotary_emb_base" : "rope_theta";
        float[] frequencies = geometric(rotaryDim, file.positiveOr(base, BASE));
        return file.has("rope_scaling") ? scaled(frequencies, file.within("rope_scaling")) : frequencies;
    }

    /** In fp32 as the models were trained. */
    private static float[] geometric(int rotaryDim, double base) {
        float[] frequencies = new float[rotaryDim / 2];
        for (int pair = 0; pair < frequencies.length; pair++) {
            frequencies[pair] = 1f / (float) Math.pow(base, (float) (2 * pair) / rotaryDim);
        }
        return frequencies;
    }

    private static float[] scaled(float[] frequencies, JsonFile scaling) {
        String type = scaling.has("rope_type") ? "rope_type" : "type";
        switch (scaling.text(type)) {
            case "default":
                return frequencies;
            case "linear":
                double factor = scaling.positive("factor");
                return map(frequencies, frequency -> frequency / factor);
            case "llama3":
                return map(frequencies, Stretch.read(scaling)::apply);
            default:
                throw scaling.invalid(type, "default, linear or llama3");
        }
    }

    private static float[] map(float[] frequencies, DoubleUnaryOperator each) {
        float[] mapped = new float[frequencies.length];
        for (int pair = 0; pair < mapped.length; pair++) {
            mapped[pair] = (float) each.applyAsDouble(frequencies[pair]);
        }
        return mapped;
    }

    /**
     * Llama 3.1's: pairs that turned often within the length it was first trained on stay, pairs that turned seldom are slowed by
     * {@code factor}, and between the two there is a ramp.
     *
     * @param seldom turns within {@code length} below which a pair is slowed in full
     * @param often turns above which it stays
     */
    private record Stretch(double factor, double seldom, double often, double length) {
        static Stretch read(JsonFile scaling) {
            Stretch stretch = new Stretch(
                    scaling.positive("factor"),
                    scaling.positive("low_freq_factor"),
                    scaling.positive("high_freq_factor"),
                    scaling.count("original_max_position_embeddings"));
            if (stretch.often <= stretch.seldom) {
                throw scaling.invalid("high_freq_factor", "more than low_freq_factor, " + stretch.seldom);
            }
            return stretch;
        }

        double apply(double frequency) {
            double turns = length * frequency / (2 * Math.PI);
            double kept = Math.max(0, Math.min(1, (turns - seldom) / (often - seldom)));
            return (1 - kept) * frequency / factor + kept * frequency;
        }
    }
}
