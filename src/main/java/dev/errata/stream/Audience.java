package dev.errata.stream;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.TreeSet;
import java.util.Set;

/**
 * Which lines a fact event is for. Several lines may share the topics, and facts name no line of themselves; one that does is for those
 * lines alone.
 *
 * @param lines names of lines, sorted; none: every line
 */
public record Audience(Set<String> lines) {
    /** The CloudEvents extension attribute that names the lines. */
    public static final String ATTRIBUTE = "errataline";
    /** Whoever reads the topic. */
    public static final Audience EVERY_LINE = new Audience(Set.of());

    public Audience {
        lines = Collections.unmodifiableSet(new TreeSet<>(lines));
    }

    /** @throws ErrataException FACT_UNREADABLE for what cannot be a line's name */
    public static Audience of(Collection<String> lines) {
        for (String line : lines) {
            if (!ModelLine.isLegal(line)) {
                throw new ErrataException(Failure.FACT_UNREADABLE, ATTRIBUTE + ": \"" + line + "\" (expected: " + ModelLine.EXPECTED + ")");
            }
        }
        return new Audience(Set.copyOf(lines));
    }

    /**
     * Reads the attribute: names with commas between them.
     *
     * @throws ErrataException FACT_UNREADABLE
     */
    public static Audience parse(String attribute) {
        return of(Arrays.stream(attribute.split(",", -1)).map(String::strip).toList());
    }

    /** The attribute; read again it gives the same. */
    public String text() {
        return String.join(",", lines);
    }

    public boolean isEveryLine() {
        return lines.isEmpty();
    }

    /** Whether the event is for the line of this name. */
    public boolean holds(String model) {
        return isEveryLine() || lines.contains(model);
    }
}
