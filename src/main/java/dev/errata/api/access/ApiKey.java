package dev.errata.api.access;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A static key as it is kept: never itself, only its digest.
 *
 * <p>The digest has no salt and takes no time, which is right for keys that are random (128 bits or more) and wrong for passwords.
 *
 * @param name who holds it, as audit records say
 * @param sha256 32 bytes, shared and never changed
 */
record ApiKey(String name, Set<AccessRole> roles, byte[] sha256) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    ApiKey {
        requireNonNull(name, "name");
        requireNonNull(sha256, "sha256");
        roles = Set.copyOf(roles);
    }

    /**
     * Reads {@code NAME:ROLE+ROLE:SHA256}.
     *
     * @param from where it stands, for the message; the entry itself is not repeated, in case somebody put the key there
     * @throws ErrataException SETTING_INVALID
     */
    static ApiKey parse(String entry, String from) {
        String[] parts = entry.strip().split(":", -1);
        if (parts.length != 3 || !NAME.matcher(parts[0]).matches() || !SHA256.matcher(parts[2]).matches()) {
            throw new ErrataException(
                    Failure.SETTING_INVALID,
                    from + ": not a key (expected: NAME:ROLE+ROLE:SHA256, a name of A-Z a-z 0-9 . _ -, 64 lower-case hex digits)");
        }
        Set<AccessRole> roles = EnumSet.noneOf(AccessRole.class);
        for (String role : parts[1].split("\\+", -1)) {
            roles.add(AccessRole.of(role).orElseThrow(() -> new ErrataException(
                    Failure.SETTING_INVALID,
                    from + ": role \"" + role + "\" (expected: some of "
                            + Arrays.stream(AccessRole.values()).map(AccessRole::label).toList() + ", with + between them)")));
        }
        return new ApiKey(parts[0], roles, HexFormat.of().parseHex(parts[2]));
    }
}
