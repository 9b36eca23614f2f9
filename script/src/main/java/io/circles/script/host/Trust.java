package io.circles.script.host;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Whose certificates are believed.
final class Trust {
    private static final @Nullable KeyStore PLATFORM = null;

    private Trust() {}

    /// The platform's authorities; reading them takes some tens of milliseconds.
    static TrustManager[] ofPlatform() {
        try {
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(PLATFORM);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform's certificates cannot be read", e);
        }
    }

    /// A context without a session in it: sessions are not shared, since a server that sees one
    /// again learns that two circles are on one machine.
    static SSLContext newContext(TrustManager... trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform must have TLS", e);
        }
    }
}
