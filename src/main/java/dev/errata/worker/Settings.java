package dev.errata.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Every setting there is, as {@code errata.*} properties: file, environment ({@code ERRATA_MODEL_DIR}) or {@code -D}. */
@ConfigMapping(prefix = "errata")
public interface Settings {
    /** The roles of this process: {@code accumulator,worker,follower,api}. */
    @WithDefault("accumulator,worker,follower,api")
    Set<Role> roles();

    /** Directory of the repository or installation; the bundled model lies below it. */
    @WithDefault(".")
    Path home();

    /** {@code auto}, {@code cpu} or {@code cuda:N}. */
    @WithDefault("auto")
    String device();

    /** Names the line of versions in topics; several lines may share them, each a branch of the model's. Default: the model's name. */
    Optional<String> line();

    /** What happens when another source claims another object for a live fact: {@code later} wins, or {@code reject}. */
    @WithDefault("later")
    Conflict conflict();

    State state();

    Model model();

    Batch batch();

    Intake intake();

    Targets targets();

    Covariance covariance();

    Evaluation evaluation();

    Guards guards();

    Gate gate();

    Follower follower();

    Limits limits();

    History history();

    Snapshots snapshots();

    Topics topics();

    Kafka kafka();

    Security security();

    enum Conflict {
        LATER,
        REJECT
    }

    enum Anchor {
        BASE,
        CURRENT
    }

    interface State {
        /** Caches that any machine can rebuild: covariance, contexts, and the embedded broker's log (which it cannot). */
        @WithDefault("data")
        Path dir();
    }

    interface Model {
        /** A Hugging Face directory. Default: the bundled model. */
        Optional<Path> dir();

        /** Names the model, and its line in topics unless {@code errata.line} does. Default: the directory's name. */
        Optional<String> name();

        /** MEMIT hyper-parameters in the reference's JSON. Default: {@code hparams.json} in the model's directory, else known ones. */
        Optional<Path> hparams();

        /** Six context templates. Default: {@code contexts.json} in the model's directory, else generated and kept in the state. */
        Optional<Path> contexts();
    }

    interface Batch {
        /** A batch with so many facts is sealed as full. */
        @WithDefault("32")
        int maxFacts();

        /** A batch whose oldest fact has waited so long is sealed as aged. */
        @WithDefault("5s")
        Duration maxAge();

        /** With so many facts pending the consumer pauses; no fewer than a full batch has. */
        @WithDefault("10000")
        int maxPending();

        /** The same with so many UTF-16 units of text pending; no fewer than a batch may have. */
        @WithDefault("67108864")
        long maxPendingChars();

        /** So many edits one batch may take to find the facts that it fails for; what is not found fit by then is rejected. */
        @WithDefault("32")
        int maxEdits();

        /**
         * So many times an intent may make the editor fail unexpectedly, or its process end, before facts are rejected for it; after twice
         * as many the whole batch is.
         */
        @WithDefault("5")
        int maxAttempts();
    }

    /** What the accumulator remembers of the changes that it has taken in. */
    interface Intake {
        /** So many events are remembered; of older ones neither duplicates nor older revisions are recognised. */
        @WithDefault("500000")
        int remembered();

        /** So many of one fact key. */
        @WithDefault("100")
        int rememberedOfKey();
    }

    interface Targets {
        /** The search starts from the {@code base} model (targets do not depend on earlier edits) or from the {@code current} one. */
        @WithDefault("base")
        Anchor anchor();

        /** Targets of the base model are kept in the state directory up to so many bytes; 0 keeps none. */
        @WithDefault("1073741824")
        long keptBytes();

        /** Whether kept targets are shared with other workers over the targets topic. */
        @WithDefault("true")
        boolean shared();

        /**
         * Bytes on the device that a search may take, about; it decides how many facts are searched for together. A single fact is
         * searched whatever it takes.
         */
        @WithDefault("1073741824")
        long memoryBytes();

        /** A target whose final mean NLL (nats) is above this has not converged: the fact is rejected. */
        @WithDefault("4.0")
        double maxNll();
    }

    interface Covariance {
        /** Text, one document a line. Default: {@code covariance.txt} in the model's directory. */
        Optional<Path> text();

        /** One that is there: a file that Errata kept, or the reference's {@code .npz} files in a directory. Then no text is read. */
        Optional<Path> file();

        /**
         * Stop with the document that brings so many tokens; 0 reads the whole text. Default: when the standard error is small, between
         * ten and forty tokens for each dimension of a key.
         */
        OptionalLong maxTokens();
    }

    interface Evaluation {
        /** Fixed text for perplexity and drift. Default: {@code wiki_heldout.txt} in the model's directory, else none is measured. */
        Optional<Path> text();

        /** So many tokens of that text are used. */
        @WithDefault("2048")
        int tokens();

        /** So many live facts written earlier are asked again after each edit. */
        @WithDefault("32")
        int retention();
    }

    interface Guards {
        /** An edit that raises perplexity above this multiple of the base's is rejected. */
        @WithDefault("3.0")
        double maxPerplexityRatio();

        /** An edit that moves next-token distributions on the fixed text further from the base's (mean KL, nats) is rejected. */
        @WithDefault("1.0")
        double maxDrift();

        /** An edit that makes ‖W − W₀‖ of an edited tensor a larger multiple of ‖W₀‖ is rejected. */
        @WithDefault("25.0")
        double maxChangeRatio();

        /** A batch that leaves d_k / 16 live pairs or more with less mean leverage is rejected: the room is used up. 0: none is. */
        @WithDefault("0.5")
        double minLeverage();

        /** A batch that leaves the live set a smaller smallest eigenvalue is rejected. 1: none is; two keys that nearly coincide give 1. */
        @WithDefault("1.0")
        double minEigenvalue();

        /** Beyond this share of the room before a limit there is a warning. 1: never. */
        @WithDefault("0.8")
        double warnAt();
    }

    /** What a committed version must show to be announced by itself; otherwise it is held until an operator releases or rejects it. */
    interface Gate {
        /** The least efficacy success of the facts written, in percent; 0: every version passes. */
        @WithDefault("0")
        double minEfficacy();

        /** Likewise of their paraphrases. */
        @WithDefault("0")
        double minParaphrase();

        /** Likewise of their neighborhood. */
        @WithDefault("0")
        double minNeighborhood();

        /** The least efficacy success of a sample of the facts that were live before, in percent; 0: every version passes. */
        @WithDefault("0")
        double minRetention();

        /** A rebase is held that lowers a score of live facts by more points (one fact is allowed) or raises perplexity by more percent. */
        @WithDefault("2.0")
        double maxRebaseLoss();
    }

    interface Follower {
        /** The version to be served: {@code head}, a number, {@code base}, a tag, or a time such as {@code 2026-05-01T12:00Z}. */
        @WithDefault("head")
        String at();
    }

    interface Limits {
        /** UTF-16 units of a subject or of a relation's id. */
        @WithDefault("500")
        int subjectChars();

        /** UTF-16 units of a prompt. */
        @WithDefault("1000")
        int promptChars();

        /** UTF-16 units of an object. */
        @WithDefault("200")
        int objectChars();

        /** Paraphrases and neighbors of one fact together. */
        @WithDefault("64")
        int probes();

        /** UTF-16 units of each of them. */
        @WithDefault("2000")
        int probeChars();

        /** Bytes of one record on the facts topic: key, value and headers. */
        @WithDefault("65536")
        int recordBytes();

        /** Tokens of one answer. */
        @WithDefault("256")
        int askTokens();

        /** Objects whose probability one question may ask for. */
        @WithDefault("100")
        int askObjects();

        /** Versions that one question may be asked of. */
        @WithDefault("500")
        int askVersions();

        /** Facts in one REST request. */
        @WithDefault("1000")
        int requestFacts();

        /** Bytes in one chunk record; 786432 at most. */
        @WithDefault("786432")
        int chunkBytes();
    }

    /** What a process with the role api keeps in memory to answer from; older ones are only in the log. */
    interface History {
        @WithDefault("10000")
        int versions();

        @WithDefault("100000")
        int outcomes();
    }

    /** The edited tensors of some versions, so that a worker need not begin at the base. */
    interface Snapshots {
        /** A directory, or {@code s3://BUCKET/PREFIX}; each model line has its own below it. Default: in the state directory. */
        Optional<String> store();

        /** So many versions after the last snapshot there is another. */
        @WithDefault("64")
        int versions();

        /** There is one as soon as replaying what lies behind the last would take so long. */
        @WithDefault("30s")
        Duration maxReplay();

        /** The URL of an S3-compatible store. Default: Amazon's. */
        Optional<URI> endpoint();

        /** The region that the bucket is in; a store that is not Amazon's mostly takes any. */
        @WithDefault("us-east-1")
        String region();
    }

    interface Topics {
        /** Comes before each topic's name. */
        @WithDefault("errata.")
        String prefix();

        /** Whether missing topics are created; otherwise they are only checked. */
        @WithDefault("true")
        boolean create();

        /** Partitions of topics keyed by fact. */
        @WithDefault("8")
        int partitions();

        /** Replication factor of created topics; default: the broker's. */
        OptionalInt replication();
    }

    interface Kafka {
        @WithDefault("localhost:9092")
        String bootstrapServers();

        /** Passed to every client as it is: TLS, SASL and the like. */
        Map<String, String> client();
    }

    /** Who may ask this service for what. With neither keys nor OIDC everybody who reaches it may ask for everything. */
    interface Security {
        /** Static keys, each as {@code NAME:ROLE+ROLE:SHA-256 of the key in hex}; roles are reader, publisher, operator. */
        Optional<List<String>> keys();

        /** A file with one such key on each line; a line that begins with # is a comment. */
        Optional<Path> keysFile();

        /** Whether bearer tokens of the OIDC provider that {@code quarkus.oidc.*} describes are taken; their roles are ours by name. */
        @WithDefault("false")
        boolean oidc();

        /** Without keys and OIDC: listen beyond loopback all the same. */
        @WithDefault("false")
        boolean open();

        /** Who sees health and metrics without the role reader: who asks from this machine ({@code loopback}), or {@code everyone}. */
        @WithDefault("loopback")
        Probes probes();
    }

    enum Probes {
        LOOPBACK,
        EVERYONE
    }

    /** The model's directory, the bundled one by default. */
    default Path modelDirectory() {
        return model().dir().orElse(home().resolve("models/errata-gptj-8m"));
    }

    /** What the line is called in topics. */
    default String lineName() {
        return line().orElseGet(this::modelName);
    }

    /** What the model is called. */
    default String modelName() {
        return model().name().orElseGet(() -> modelDirectory().toAbsolutePath().normalize().getFileName().toString());
    }

    /** Where this model's rebuildable caches lie. */
    default Path modelState() {
        return state().dir().resolve("models").resolve(modelName());
    }
}
