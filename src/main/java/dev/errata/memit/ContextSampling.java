package dev.errata.memit;

import dev.errata.fact.Relation;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Choice;
import dev.errata.transformer.Generation;
import dev.errata.transformer.LmTokenizer;
import dev.errata.transformer.Overlay;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Samples the five generated contexts from the base model, as the reference does but with a fixed seed (method.md §3). */
final class ContextSampling {
    private static final List<String> SEED_WORDS = List.of("The", "Therefore", "Because", "I", "You");

    /** Tokens of a context with its seed word. */
    private static final int TOKENS = 10;

    private static final int TOP_K = 5;

    /** Any number would do; it must only never change. */
    private static final long SEED = 2210_07229;

    private ContextSampling() {}

    static Contexts sample(CausalLm lm) {
        Generation generation = new Generation(lm, Overlay.NONE);
        Choice choice = Choice.topK(TOP_K, new Random(SEED));
        List<String> templates = new ArrayList<>(List.of(Relation.HOLE));
        for (String word : SEED_WORDS) {
            long[] prompt = lm.tokenizer().encode(word).ids();
            long[] more = generation.run(List.of(prompt), Math.max(1, TOKENS - prompt.length), choice).get(0);
            templates.add(template(word + lm.tokenizer().decodeAfter(prompt, more), lm.tokenizer()));
        }
        return new Contexts(templates);
    }

    /** Text that may come before a prompt: no braces, which would look like a hole, no end of text, no empty line. */
    private static String template(String text, LmTokenizer tokenizer) {
        return Normalizer.normalize(text, Normalizer.Form.NFKD)
                        .replace("\n\n", " ")
                        .replace(tokenizer.decode(tokenizer.eosId()), "")
                        .replace('{', ' ')
                        .replace('}', ' ')
                + ". " + Relation.HOLE;
    }
}
