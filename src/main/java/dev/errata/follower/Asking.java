package dev.errata.follower;

import dev.errata.evaluation.Likelihood;
import dev.errata.evaluation.Question;
import dev.errata.evaluation.Scorer;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Choice;
import dev.errata.transformer.Generation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One question to one version. */
record Asking(CausalLm model, ServedVersion version) {
    private static final int TOKENS_MAX = 256;

    Answer answer(Ask ask) {
        long[] prompt = model.tokenizer().encode(ask.prompt()).ids();
        if (prompt.length == 0) {
            throw new ErrataException(Failure.REQUEST_INVALID, "prompt: \"" + ask.prompt() + "\" (expected: some text)");
        }
        if (ask.tokens() < 0 || ask.tokens() > TOKENS_MAX) {
            throw new ErrataException(Failure.REQUEST_INVALID, "tokens: " + ask.tokens() + " (expected: 0 to " + TOKENS_MAX + ")");
        }
        String text = ask.tokens() == 0 ? "" : continuation(prompt, ask.tokens());
        return new Answer(version.number(), version.digest(), text, choices(ask));
    }

    private String continuation(long[] prompt, int tokens) {
        Generation generation = new Generation(model, version.overlay());
        long[] written = generation.run(List.of(prompt), tokens, Choice.greedy()).get(0);
        long end = model.tokenizer().eosId();
        return model.tokenizer().decodeAfter(prompt, Arrays.stream(written).takeWhile(token -> token != end).toArray());
    }

    private List<Answer.Choice> choices(Ask ask) {
        if (ask.objects().isEmpty()) {
            return List.of();
        }
        List<Question> questions = ask.objects().stream().map(object -> new Question(ask.prompt(), object)).toList();
        List<Likelihood> likelihoods = new Scorer(model, version.overlay()).ask(questions);
        List<Answer.Choice> choices = new ArrayList<>();
        for (int i = 0; i < likelihoods.size(); i++) {
            choices.add(new Answer.Choice(ask.objects().get(i), likelihoods.get(i).probability()));
        }
        return choices;
    }
}
