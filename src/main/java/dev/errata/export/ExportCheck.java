package dev.errata.export;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.delta.Digest;
import dev.errata.delta.PayloadRef;
import dev.errata.export.Statement.Resource;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Says of a directory whether it is what {@code errata export} has written: its statement is one and unchanged, every file is there with
 * its digest and no other, and what is in the files is the version that the statement names.
 *
 * <h2>Limits</h2> Without a signature nobody can tell a directory from one that somebody else has exported ({@link Statement}).
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public final class ExportCheck {
    static final String TENSORS = "tensors";
    static final String VERSION = "version";
    static final String DIGEST = "digest";
    static final String FORMAT = "format";
    static final String ONLY = "only";

    private final Path directory;
    private final Statement statement;
    private final List<String> findings = new ArrayList<>();

    private ExportCheck(Path directory, Statement statement) {
        this.directory = directory;
        this.statement = statement;
    }

    /** What was found; nothing: all of it holds. */
    public record Report(String model, String version, String digest, String format, int files, List<String> findings) {
        public Report {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Checks a directory.
     *
     * @param base where the base model lies, if it is to be compared too
     * @throws ErrataException {@link Failure#EXPORT_INVALID} when there is no statement, or one that was changed
     */
    public static Report of(Path directory, Optional<Path> base) {
        try {
            return ofReal(directory.toRealPath(), base);
        } catch (IOException e) {
            throw new ErrataException(Failure.EXPORT_INVALID, directory + ": cannot be read: " + e + " (expected: an export)", e);
        }
    }

    private static Report ofReal(Path directory, Optional<Path> base) {
        ExportCheck check = new ExportCheck(directory, statement(directory.resolve(Statement.FILE)));
        Set<String> sound = check.files();
        switch (check.statement.asked(FORMAT)) {
            case "safetensors" -> check.found(check::model);
            case "peft" -> check.found(() -> check.adapter(sound));
            case "delta" -> check.found(() -> check.deltas(sound));
            default -> check.findings.add("format: " + check.statement.asked(FORMAT) + " (expected: safetensors, peft or delta)");
        }
        base.ifPresent(model -> check.found(() -> check.base(model)));
        Statement said = check.statement;
        return new Report(
                said.asked("model"), said.asked(VERSION), said.asked(DIGEST), said.asked(FORMAT), said.subject().size(), check.findings);
    }

    private static Statement statement(Path file) {
        try {
            return StatementCodec.decode(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new ErrataException(Failure.EXPORT_INVALID, file + ": cannot be read (expected: the statement of an export)", e);
        }
    }

    /** What cannot be read is a finding as well. */
    private void found(Runnable check) {
        try {
            check.run();
        } catch (ErrataException e) {
            findings.add(e.getMessage());
        }
    }

    private void require(boolean holds, String found, Object expected) {
        if (!holds) {
            findings.add(found + " (expected: " + expected + ")");
        }
    }

    /** @return the files that are as the statement says */
    private Set<String> files() {
        Map<String, String> named = new TreeMap<>();
        for (Resource file : statement.subject()) {
            require(named.put(file.name(), file.sha256().orElse("none")) == null, file.name() + ": twice in the statement", "once");
        }
        Set<String> sound = new HashSet<>();
        Set<String> there = new TreeSet<>();
        try (Stream<Path> files = Files.walk(directory)) {
            files.filter(file -> !Files.isDirectory(file, NOFOLLOW_LINKS))
                    .forEach(file -> there.add(directory.relativize(file).toString()));
        } catch (IOException e) {
            throw new ErrataException(Failure.EXPORT_INVALID, directory + ": cannot be read: " + e + " (expected: an export)", e);
        }
        require(isRegular(Statement.FILE), Statement.FILE + ": no regular file", "one");
        there.remove(Statement.FILE);
        there.forEach(file -> require(named.containsKey(file), file + ": not in the statement", "no other file"));
        named.forEach((file, sha256) -> {
            if (!there.contains(file)) {
                findings.add(file + ": missing (expected: a file with SHA-256 " + sha256 + ")");
                return;
            }
            if (!isRegular(file)) {
                findings.add(file + ": no regular file (expected: one)");
                return;
            }
            String found = Digest.sha256(directory.resolve(file));
            require(found.equals(sha256), file + ": SHA-256 " + found, sha256);
            if (found.equals(sha256)) {
                sound.add(file);
            }
        });
        return sound;
    }

    /** A link is none: what it points to is not in the directory, and may be another file tomorrow. */
    private boolean isRegular(String file) {
        return Files.isRegularFile(directory.resolve(file), NOFOLLOW_LINKS);
    }

    private JsonNode told(String name) {
        return statement.predicate().buildDefinition().internalParameters().path(name);
    }

    /** The edited tensors in the files have the digests of the version. */
    private void model() {
        List<Safetensors> files = statement.subject().stream().map(Resource::name)
                .filter(name -> name.endsWith(".safetensors") && isRegular(name))
                .map(name -> Safetensors.read(directory.resolve(name))).toList();
        SortedMap<String, String> digests = new TreeMap<>();
        told(TENSORS).fields().forEachRemaining(entry -> {
            String name = entry.getKey();
            String bare = name.substring(name.indexOf('.') + 1);
            Optional<float[]> values = Stream.of(name, bare)
                    .flatMap(one -> files.stream().filter(file -> file.has(one)).map(file -> file.floats(one))).findFirst();
            String found = values.map(Digest::sha256).orElse("none");
            require(found.equals(entry.getValue().asText()), name + ": SHA-256 " + found, entry.getValue().asText());
            digests.put(name, found);
        });
        String found = Digest.version(digests);
        require(found.equals(statement.asked(DIGEST)), "digest of the edited tensors: " + found, statement.asked(DIGEST));
    }

    /** The adapter is of this version and has the factors that the statement tells of. */
    private void adapter(Set<String> sound) {
        if (!sound.contains(AdapterForm.MODEL)) {
            return;
        }
        Safetensors file = Safetensors.read(directory.resolve(AdapterForm.MODEL));
        String version = file.metadata().get(AdapterForm.VERSION) + " " + file.metadata().get(AdapterForm.DIGEST);
        String expected = statement.asked(VERSION) + " " + statement.asked(DIGEST);
        require(version.equals(expected), AdapterForm.MODEL + ": of version " + version, expected);
        Set<String> names = new TreeSet<>();
        for (JsonNode one : told(AdapterForm.RANKS)) {
            String tensor = one.path("tensor").asText();
            long rank = one.path("rank").asLong();
            names.add(AdapterForm.loraA(tensor));
            names.add(AdapterForm.loraB(tensor));
            long[] a = file.shape(AdapterForm.loraA(tensor));
            long[] b = file.shape(AdapterForm.loraB(tensor));
            String shapes = tensor + ": factors " + Arrays.toString(b) + " and " + Arrays.toString(a);
            require(a.length == 2 && b.length == 2 && a[0] == rank && b[1] == rank, shapes, "rank " + rank);
        }
        require(file.names().equals(names), AdapterForm.MODEL + ": tensors " + file.names(), names);
    }

    /** Each file is the delta that the statement names, and they follow each other to the version. */
    private void deltas(Set<String> sound) {
        String before = null;
        for (Path path : DeltaApplication.deltas(directory).stream().filter(one -> sound.contains(one.getFileName().toString())).toList()) {
            DeltaFile file = DeltaApplication.read(path);
            String name = Origins.deltaName(file.version().number());
            String expected = statement.dependency(name).flatMap(Resource::sha256).orElse("none");
            String found = DeltaFile.ref(file.version()).map(PayloadRef::sha256).orElseThrow();
            require(found.equals(expected), name + ": SHA-256 " + found, expected);
            String parent = file.version().parentDigest();
            require(before == null || parent.equals(before), name + ": parent " + parent, before);
            before = file.version().digest();
        }
        require(statement.asked(DIGEST).equals(before), "digest after the last delta: " + before, statement.asked(DIGEST));
    }

    /** The base is the model that the statement names, and deltas from it give the version. */
    private void base(Path model) {
        Set<String> tensors = new TreeSet<>();
        told(TENSORS).fieldNames().forEachRemaining(tensors::add);
        BaseModel base = BaseModel.load(model, tensors);
        String expected = statement.dependency(Statement.BASE).flatMap(Resource::sha256).orElse("none");
        require(base.digest().equals(expected), "base model: " + base.digest(), expected);
        if (statement.asked(FORMAT).equals(Format.DELTA.toString()) && statement.asked(ONLY).isEmpty()) {
            DeltaSteps steps = new DeltaSteps(base.tensors());
            DeltaApplication.deltas(directory).forEach(file -> steps.apply(DeltaApplication.read(file)));
        }
    }
}
