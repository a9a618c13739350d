package dev.errata.snapshot;

import dev.errata.delta.SnapshotPlace;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Snapshots in a bucket of S3, or of a store that speaks its protocol. An object appears whole or not at all, and one that is deleted while
 * it is being read is read to its end or not at all, which is a snapshot less.
 *
 * <p>Who we are the SDK's standard chain says: environment, system properties, profile, the machine's role. It is nowhere written.
 *
 * <h2>Limits</h2> An object takes one request, so 5 GiB. Objects go through a file in the directory for temporary ones, which has to have
 * room for one. <h2>Thread safety</h2> Safe, also between processes.
 */
public final class SnapshotBucket implements SnapshotPlace, AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    /** Without a byte for so long the store is taken for dead. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private final S3Client client;
    private final BucketAddress address;

    /** Nothing is asked of the store yet. */
    public SnapshotBucket(BucketAddress address) {
        this.address = address;
        // The digests are ours, and not every store knows the SDK's own checksums.
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(address.region()))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SILENCE));
        // Names of buckets as parts of host names need a domain that is set up for it.
        address.endpoint().ifPresent(endpoint -> builder.endpointOverride(endpoint).forcePathStyle(true));
        this.client = builder.build();
    }

    @Override
    public void write(String name, SafetensorsWriter tensors) {
        throughFile(file -> {
            tensors.write(file);
            try {
                return client.putObject(put -> put.bucket(address.bucket()).key(key(name)), RequestBody.fromFile(file));
            } catch (SdkException e) {
                throw unreachable(e);
            }
        });
    }

    @Override
    public Optional<Safetensors> read(String name) {
        return throughFile(file -> {
            try {
                client.getObject(get -> get.bucket(address.bucket()).key(key(name)), ResponseTransformer.toFile(file));
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            } catch (SdkException e) {
                throw unreachable(e);
            }
            // Stays mapped when the file's name is deleted.
            return Optional.of(Safetensors.read(file));
        });
    }

    private static <T> T throughFile(Function<Path, T> work) {
        try {
            Path directory = Files.createTempDirectory("errata-snapshot");
            Path file = directory.resolve("tensors");
            try {
                return work.apply(file);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new ErrataException(Failure.FILE_NOT_WRITTEN, "temporary file: " + e + " (expected: a directory to write in)", e);
        }
    }

    @Override
    public List<String> names() {
        try {
            return client.listObjectsV2Paginator(list -> list.bucket(address.bucket()).prefix(address.prefix())).contents().stream()
                    .map(S3Object::key)
                    .map(key -> key.substring(address.prefix().length()))
                    .toList();
        } catch (SdkException e) {
            throw unreachable(e);
        }
    }

    @Override
    public void delete(String name) {
        try {
            client.deleteObject(delete -> delete.bucket(address.bucket()).key(key(name)));
        } catch (SdkException e) {
            throw unreachable(e);
        }
    }

    private String key(String name) {
        return address.prefix() + name;
    }

    private ErrataException unreachable(SdkException e) {
        return new ErrataException(
                Failure.SNAPSHOTS_UNREACHABLE, address + ": " + e.getMessage() + " (expected: a bucket to read and write)", e);
    }

    @Override
    public void close() {
        client.close();
    }
}
