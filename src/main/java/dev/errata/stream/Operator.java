package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Who asked for an {@link Operation}, as far as anybody was asked.
 *
 * @param name of the key's holder or the token's principal
 * @param roles that the key or token gives them, sorted
 */
public record Operator(String name, Proof proof, List<String> roles) {
    /** Whoever reaches a service that asks nobody who they are. */
    public static final Operator ANYBODY = new Operator("anybody", Proof.NONE, List.of());
    /** Whoever wrote a request into the intent log past the service; only the broker can know them. */
    public static final Operator OF_THE_LOG = new Operator("unknown", Proof.LOG, List.of());

    /** What shows that it is them. */
    public enum Proof {
        KEY,
        TOKEN,
        NONE,
        LOG
    }

    public Operator {
        requireNonNull(name, "name");
        requireNonNull(proof, "proof");
        roles = roles.stream().sorted().distinct().toList();
    }
}
