package dev.errata.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Changes of JSON texts as trees: one value becomes another, fields come, go and change their names, lists grow. */
final class JsonMutations {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LIST_MAX = 300;
    /** Below it nothing is changed: what lies deeper was put there to be deep, and the stack here is no larger than a parser's. */
    private static final int DEPTH_MAX = 100;
    /** Stands for a text of {@link #WILD} until all is written: some are no values that a tree could hold. */
    private static final String MARK = "\uE000wild";

    private static final List<String> WILD = List.of(
            "null", "true", "false", "0", "-1", "1", "2", "-0", "0.0", "1.0", "1.5", "1e400", "-1e400", "1e-400", "1e999999999",
            "1E-999999999", "1e99999999999", "2147483647", "2147483648", "-2147483648", "4294967296", "1073741824", "100000000",
            "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "9".repeat(400), "9".repeat(1001),
            "0." + "1".repeat(500),
            "NaN", "Infinity", "-Infinity", "01", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"é😀\"", "\"{}\"",
            "\"{} {}\"", "\"" + "a".repeat(70_000) + "\"", "\"" + "{}".repeat(600) + "\"", "\"" + "\\u0301".repeat(600) + "\"",
            "[".repeat(900) + "]".repeat(900), "[".repeat(1200) + "]".repeat(1200), "{\"a\":".repeat(990) + "1" + "}".repeat(990),
            "[".repeat(20_000), "[]", "{}", "[[]]", "[null]", "[{}]", "{\"\":null}", "{\"a\":1,\"a\":1}", "\"2026-01-01T00:00:00Z\"",
            "\"+999999999-12-31T23:59:59.999999999Z\"", "\"-999999999-01-01T00:00:00Z\"", "\"2026-01-01T00:00:00+19:00\"",
            "\"2026-01-01T00:00:60Z\"", "\"asserted\"", "\"retracted\"", "\"dev.errata.batch.flush.v1\"", "\"F64\"", "\"BOOL\"",
            "\"__metadata__\"",
            "[0,0]", "[0,1]", "[1,1]", "[2147483647,2147483647]", "[4294967296,4294967296]", "[" + "1,".repeat(100) + "1]", "\"../../x\"");

    private static final List<String> PIECES = List.of(
            "", " ", "{}", "\u0000", "é", "😀", "İ", "ﬁ", "\u00a0", "-", "0", "a".repeat(1000), "/", "\u202e");

    private final RandomGenerator random;

    JsonMutations(RandomGenerator random) {
        this.random = random;
    }

    /** A value in a list or an object. */
    private record Place(ContainerNode<?> in, int index, String field) {
        JsonNode get() {
            return field == null ? in.get(index) : in.get(field);
        }

        void set(JsonNode value) {
            if (field == null) {
                ((ArrayNode) in).set(index, value);
            } else {
                ((ObjectNode) in).set(field, value);
            }
        }

        void remove() {
            if (field == null) {
                ((ArrayNode) in).remove(index);
            } else {
                ((ObjectNode) in).remove(field);
            }
        }
    }

    /** The text with one to three changes; empty where it is no JSON object or list. */
    Optional<byte[]> mutate(byte[] text) {
        try {
            ArrayNode root = JsonNodeFactory.instance.arrayNode().add(JSON.readTree(text));
            if (!root.get(0).isContainerNode()) {
                return Optional.empty();
            }
            for (int changes = random.nextBoolean() ? 1 : 1 + random.nextInt(3); changes > 0; changes--) {
                List<Place> places = new ArrayList<>();
                collect(root, places, DEPTH_MAX);
                once(places.get(random.nextInt(places.size())), places.get(random.nextInt(places.size())));
                if (root.isEmpty()) {
                    return Optional.of(new byte[0]);
                }
            }
            return Optional.of(written(root.get(0)).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void collect(JsonNode node, List<Place> places, int depth) {
        if (depth == 0) {
            return;
        }
        if (node instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                places.add(new Place(list, i, null));
                collect(list.get(i), places, depth - 1);
            }
        } else if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                places.add(new Place(object, -1, field.getKey()));
                collect(field.getValue(), places, depth - 1);
            });
        }
    }

    private void once(Place place, Place other) {
        JsonNode value = place.get();
        switch (random.nextInt(12)) {
            case 0 -> place.remove();
            case 1 -> place.set(other.get().deepCopy());
            case 2 -> grow(place, value);
            case 3 -> rename(place, other);
            case 4 -> place.set(JsonNodeFactory.instance.arrayNode().add(value.deepCopy()));
            case 5 -> add(value, other);
            case 6, 7 -> place.set(changed(value));
            default -> place.set(wild());
        }
    }

    private static TextNode wild(int index) {
        return TextNode.valueOf(MARK + index + MARK);
    }

    private TextNode wild() {
        return wild(random.nextInt(WILD.size()));
    }

    private void grow(Place place, JsonNode value) {
        if (place.in() instanceof ArrayNode list) {
            int times = random.nextInt(random.nextInt(8) == 0 ? LIST_MAX : 3);
            for (int i = 0; i < times && list.size() < LIST_MAX; i++) {
                list.insert(random.nextInt(list.size() + 1), value.deepCopy());
            }
        } else {
            place.set(value.isContainerNode() ? JsonNodeFactory.instance.objectNode() : wild());
        }
    }

    private void rename(Place place, Place other) {
        if (place.in() instanceof ObjectNode object) {
            String[] names = {"", "kind", "x", "é", "a".repeat(3000), other.field() == null ? "0" : other.field()};
            object.set(names[random.nextInt(names.length)], object.remove(place.field()));
        }
    }

    private void add(JsonNode value, Place other) {
        if (value instanceof ObjectNode object) {
            object.set(other.field() == null ? "more" : other.field(), random.nextBoolean() ? wild() : other.get().deepCopy());
        } else if (value instanceof ArrayNode list && list.size() < LIST_MAX) {
            list.insert(random.nextInt(list.size() + 1), random.nextBoolean() ? wild() : other.get().deepCopy());
        }
    }

    /** A value near this one. */
    private JsonNode changed(JsonNode value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (value.isTextual()) {
            String text = value.textValue();
            if (text.startsWith(MARK)) {
                return wild();
            }
            int at = random.nextInt(text.length() + 1);
            String piece = PIECES.get(random.nextInt(PIECES.size()));
            return nodes.textNode(text.substring(0, at) + piece
                    + text.substring(random.nextBoolean() ? at : Math.min(text.length(), at + 1)));
        }
        if (value.isIntegralNumber()) {
            long number = value.longValue();
            long[] near = {number + 1, number - 1, -number, number * 2, number << 31, number ^ 1L << random.nextInt(63)};
            return nodes.numberNode(near[random.nextInt(near.length)]);
        }
        return value.isNumber() ? nodes.numberNode(-value.doubleValue() * random.nextInt(3)) : wild();
    }

    /** With the wild texts in their places, and now and then a name that is there twice. */
    private String written(JsonNode root) throws IOException {
        String text = JSON.writeValueAsString(root);
        for (int at = text.indexOf('"' + MARK); at >= 0; at = text.indexOf('"' + MARK, at)) {
            int number = at + 1 + MARK.length();
            int end = text.indexOf(MARK + '"', number);
            if (end < 0) {
                return text;
            }
            String wild = WILD.get(Integer.parseInt(text.substring(number, end)));
            text = text.substring(0, at) + wild + text.substring(end + MARK.length() + 1);
            at += wild.length();
        }
        int comma = text.indexOf(',');
        boolean twice = comma > 0 && text.startsWith("{\"") && random.nextInt(40) == 0;
        return twice ? text.substring(0, comma) + "," + text.substring(1) : text;
    }
}
