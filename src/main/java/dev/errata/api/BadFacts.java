package dev.errata.api;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.List;

/** Some facts of a request are bad, so none was published. */
final class BadFacts extends ErrataException {
    private final List<Problem.Item> items;

    BadFacts(int facts, List<Problem.Item> items) {
        super(Failure.REQUEST_INVALID, items.size() + " of " + facts + " facts are bad; nothing was published");
        this.items = List.copyOf(items);
    }

    List<Problem.Item> items() {
        return items;
    }
}
