package dev.errata.snapshot;

import java.net.URI;
import java.util.Optional;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.TransientApiMetadata;

/**
 * An S3-compatible server in this process, over its memory; it takes requests only with a
 * signature of version 4, by a key that this process has in its system properties meanwhile.
 */
public final class S3Server implements AutoCloseable {
    public static final String BUCKET = "errata-test";
    static final String KEY_ID = "AKIDNOBODY";
    static final String SECRET = "a-secret-that-no-log-may-hold";

    private final BlobStoreContext store;
    private final S3Proxy server;
    private final URI endpoint;

    public S3Server() throws Exception {
        System.setProperty("aws.accessKeyId", KEY_ID);
        System.setProperty("aws.secretAccessKey", SECRET);
        store = ContextBuilder.newBuilder(new TransientApiMetadata()).credentials("none", "none").build(BlobStoreContext.class);
        store.getBlobStore().createContainerInLocation(null, BUCKET);
        server = S3Proxy.builder()
                .blobStore(store.getBlobStore())
                .awsAuthentication(AuthenticationType.AWS_V4, KEY_ID, SECRET)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .build();
        server.start();
        endpoint = URI.create("http://127.0.0.1:" + server.getPort());
    }

    public BucketAddress address(String bucket) {
        return BucketAddress.of("s3://" + bucket + "/kept", "line", "us-east-1", Optional.of(endpoint));
    }

    public void stop() throws Exception {
        server.stop();
    }

    @Override
    public void close() throws Exception {
        server.stop();
        store.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }
}
