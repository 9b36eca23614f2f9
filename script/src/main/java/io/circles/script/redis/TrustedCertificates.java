package io.circles.script.redis;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/// Whom a connection with TLS trusts: the chain and the host's name are always checked.
final class TrustedCertificates {
    private static final String STORE = "PKCS12";

    private TrustedCertificates() {}

    /// Trust in those that the JVM trusts.
    static SslOptions ofTheJvm() {
        return SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL).build();
    }

    /// Trust in those of a PEM file, and in no others.
    ///
    /// @throws RedisFailure if it cannot be read
    static SslOptions of(Path pem) {
        byte[] store = store(pem);
        return SslOptions.builder()
                .sslVerifyMode(SslVerifyMode.FULL)
                .trustStoreType(STORE)
                .truststore(() -> new ByteArrayInputStream(store), new char[0])
                .build();
    }

    private static byte[] store(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore trusted = KeyStore.getInstance(STORE);
            trusted.load(null, null);
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry(Integer.toString(trusted.size()), each);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            trusted.store(out, new char[0]);
            return out.toByteArray();
        } catch (IOException | GeneralSecurityException e) {
            throw RedisFailure.lost(new IOException(pem + ": " + e.getMessage(), e));
        }
    }
}
