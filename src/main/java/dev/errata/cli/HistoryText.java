package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Words for what the commands of the history print. */
final class HistoryText {
    private static final int DIGEST = 12;
    private static final long MILLI = 1_000_000;

    private HistoryText() {}

    /** A reference to a version as part of a path. */
    static String segment(String ref) {
        return URLEncoder.encode(ref, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** In milliseconds, rounded up: the version that was committed then is what {@code --at} this time means, not the one before. */
    static String time(JsonNode time) {
        return Instant.parse(time.asText()).plusNanos(MILLI - 1).truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** Four digits behind the point. */
    static String norm(JsonNode norm) {
        return norm.isMissingNode() ? "-" : String.format(Locale.ROOT, "%.4f", norm.asDouble());
    }

    static String digest(JsonNode digest) {
        String text = digest.asText();
        return text.substring(0, Math.min(DIGEST, text.length()));
    }

    static String key(JsonNode key) {
        return key.path("subject").asText() + " / " + key.path("relation").asText();
    }

    static String event(JsonNode event) {
        return event.path("source").asText() + " " + event.path("id").asText();
    }

    /** A fact in one line. */
    static String fact(JsonNode fact) {
        return key(fact.path("key")) + ": " + fact.path("object").asText();
    }

    /** Why a fact is live no longer. */
    static String ending(JsonNode ending) {
        String version = "version " + ending.path("version").asLong();
        return switch (ending.path("kind").asText()) {
            case "replaced" -> "replaced in " + version + " by \"" + ending.path("object").asText() + "\"";
            case "retracted" -> "retracted in " + version + " by " + event(ending.path("by"));
            case "rolledBack" -> "taken out by " + version + ", which went back to " + ending.path("to").asLong();
            default -> "taken out in " + version;
        };
    }

    /** Why a change is in no version; empty for a duplicate. */
    static String because(JsonNode change) {
        if (change.has("code")) {
            return change.path("code").asText() + ": " + change.path("message").asText();
        }
        return change.has("by") ? "newer: " + event(change.path("by")) : "";
    }

    /** "3 written, 1 removed", or where a rollback went. */
    static String change(JsonNode line) {
        String held = line.has("held") ? "held: " + line.path("held").asText() + "; " : "";
        return held + (line.path("status").asText().equals("edited") ? edit(line) : moved(line));
    }

    private static String moved(JsonNode line) {
        String what = line.has("to") ? "back to " + line.path("to").asLong() : "from the base";
        return line.path("reason").asText().isEmpty() ? what : what + ": " + line.path("reason").asText();
    }

    private static String edit(JsonNode line) {
        List<String> facts = new ArrayList<>();
        line.path("facts").forEach(fact -> facts.add(fact(fact)));
        String counts = line.path("written").asLong() + " written, " + line.path("removed").asLong() + " removed";
        String more = line.path("written").asLong() > facts.size() ? "; …" : "";
        return facts.isEmpty() ? counts : counts + "; " + String.join("; ", facts) + more;
    }
}
