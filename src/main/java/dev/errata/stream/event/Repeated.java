package dev.errata.stream.event;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Texts that come with event after event, such as a source or a relation: each is kept once, however many events are held in memory.
 *
 * <h2>Limits</h2> The first {@value #MOST} texts of up to {@value #CHARS} UTF-16 units; others stay as they came.
 * <h2>Thread safety</h2> Safe.
 */
final class Repeated {
    private static final int MOST = 10_000;
    private static final int CHARS = 200;
    private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();

    private Repeated() {}

    static String once(String text) {
        String known = TEXTS.get(text);
        if (known != null || text.length() > CHARS || TEXTS.size() >= MOST) {
            return known == null ? text : known;
        }
        String before = TEXTS.putIfAbsent(text, text);
        return before == null ? text : before;
    }
}
