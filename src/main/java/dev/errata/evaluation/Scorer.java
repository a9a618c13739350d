package dev.errata.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.LmTokenizer;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.States;
import dev.errata.transformer.Tap;
import dev.errata.transformer.TokenRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Asks one version of the model how likely objects are as answers (method.md §10.1).
 *
 * <p>Rows run together, sorted by length so that little is padded; the head is computed at scored positions only.
 *
 * <h2>Limits</h2> At most {@value #TOKENS} tokens run at once, more only where a single row is longer.
 *
 * <h2>Thread safety</h2> Safe.
 */
public final class Scorer {
    private static final int TOKENS = 4096;

    private final CausalLm model;
    private final Overlay overlay;

    /** Asks the model with these edits. */
    public Scorer(CausalLm model, Overlay overlay) {
        this.model = model;
        this.overlay = overlay;
    }

    /**
     * @return one likelihood for each question, in order
     * @throws dev.errata.failure.ErrataException FACT_TOO_MANY_TOKENS for a question that does not fit the model
     */
    public List<Likelihood> ask(List<Question> questions) {
        List<Row> rows = questions.stream().map(this::row).toList();
        Integer[] byLength = IntStream.range(0, rows.size()).boxed().toArray(Integer[]::new);
        Arrays.sort(byLength, Comparator.comparingInt(i -> rows.get(i).ids().length));
        Likelihood[] answers = new Likelihood[rows.size()];
        for (int from = 0; from < byLength.length; ) {
            int to = from + 1;
            while (to < byLength.length && (to - from + 1) * rows.get(byLength[to]).ids().length <= TOKENS) {
                to++;
            }
            List<Integer> together = List.of(Arrays.copyOfRange(byLength, from, to));
            List<Likelihood> some = score(together.stream().map(rows::get).toList());
            for (int i = 0; i < some.size(); i++) {
                answers[together.get(i)] = some.get(i);
            }
            from = to;
        }
        return List.of(answers);
    }

    /** Whether the model can be asked this: the prompt is some text, and with the object it is no longer than the model's positions. */
    public boolean fits(Question question) {
        Row row = row(question);
        return row.ids().length >= row.object().length && row.ids().length <= model.config().positions();
    }

    /** A prompt and its object without the last token, which nothing is predicted from; {@code object} are the labels. */
    private record Row(long[] ids, long[] object) {}

    private Row row(Question question) {
        LmTokenizer tokenizer = model.tokenizer();
        long[] prompt = tokenizer.encode(question.prompt()).ids();
        long[] object = tokenizer.continuation(" " + question.object());
        long[] ids = Arrays.copyOf(prompt, prompt.length + object.length - 1);
        System.arraycopy(object, 0, ids, prompt.length, object.length - 1);
        return new Row(ids, object);
    }

    private List<Likelihood> score(List<Row> rows) {
        try (NDManager step = model.manager().newSubManager()) {
            TokenRows tokens = TokenRows.of(rows.stream().map(Row::ids).toList(), model.tokenizer().padId());
            NDArray hidden = model.blocks(
                    0, model.config().blocks(), model.embed(tokens, step), model.attention(tokens, step), overlay, Tap.NONE);
            int scored = rows.stream().mapToInt(row -> row.object().length).sum();
            int[] which = new int[scored];
            int[] where = new int[scored];
            long[] labels = new long[scored];
            int at = 0;
            for (int r = 0; r < rows.size(); r++) {
                Row row = rows.get(r);
                for (int t = 0; t < row.object().length; t++, at++) {
                    which[at] = r;
                    where[at] = row.ids().length - row.object().length + t;
                    labels[at] = row.object()[t];
                }
            }
            NDArray logProbs = model.head(States.at(hidden, which, where)).logSoftmax(-1);
            float[] ofLabel = logProbs.gather(step.create(labels).reshape(scored, 1), 1).toFloatArray();
            long[] first = logProbs.argMax(1).toLongArray();
            List<Likelihood> answers = new ArrayList<>();
            at = 0;
            for (Row row : rows) {
                double nll = 0;
                boolean all = true;
                for (int t = 0; t < row.object().length; t++, at++) {
                    nll -= ofLabel[at];
                    all &= first[at] == labels[at];
                }
                answers.add(new Likelihood(nll / row.object().length, all));
            }
            return answers;
        }
    }
}
