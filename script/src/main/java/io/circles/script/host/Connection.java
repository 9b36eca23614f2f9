package io.circles.script.host;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import javax.net.ssl.TrustManager;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.Lookup;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.util.Timeout;

/// Sets up the HTTP library for one request: everything that it would do by itself is off.
final class Connection {
    private static final Timeout TIME_TO_CONNECT = Timeout.ofSeconds(5);
    private static final Http1Config HTTP =
            Http1Config.custom()
                    .setMaxHeaderCount(100)
                    .setMaxLineLength(16 * 1024)
                    .setMaxEmptyLineCount(10)
                    .build();

    private Connection() {}

    /// Who answers; a port that the scheme implies is not named in `Host`.
    static HttpHost host(Target target) {
        int port = target.impliesPort() ? -1 : target.port();
        return new HttpHost(target.scheme(), target.host(), port);
    }

    /// A client for one request to `target`, which must be closed. It waits for an answer without
    /// end: whoever uses it has a deadline, and interrupts it then and not a moment earlier.
    static CloseableHttpClient client(
            Target target, List<InetAddress> addresses, TrustManager... trust) {
        return HttpClients.custom()
                .setConnectionManager(connections(target, addresses, trust))
                .setDefaultRequestConfig(
                        RequestConfig.custom()
                                .setResponseTimeout(Timeout.DISABLED)
                                .setAuthenticationEnabled(false)
                                .setProtocolUpgradeEnabled(false)
                                .build())
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setUserAgent("circles")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableContentCompression()
                .disableAuthCaching()
                .disableConnectionState()
                .build();
    }

    private static BasicHttpClientConnectionManager connections(
            Target target, List<InetAddress> addresses, TrustManager... trust) {
        var connections =
                BasicHttpClientConnectionManager.create(
                        DefaultSchemePortResolver.INSTANCE,
                        new Checked(target.host(), addresses),
                        tls(target, trust),
                        ManagedHttpClientConnectionFactory.builder().http1Config(HTTP).build());
        connections.setConnectionConfig(
                ConnectionConfig.custom().setConnectTimeout(TIME_TO_CONNECT).build());
        return connections;
    }

    private static Lookup<TlsSocketStrategy> tls(Target target, TrustManager... trust) {
        RegistryBuilder<TlsSocketStrategy> schemes = RegistryBuilder.create();
        if (target.scheme().equals("https")) {
            schemes.register("https", new DefaultClientTlsStrategy(Trust.newContext(trust)));
        }
        return schemes.build();
    }

    /// Answers with the addresses that were checked, and for no other host.
    private record Checked(String host, List<InetAddress> addresses) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String name) throws UnknownHostException {
            if (!name.equals(host)) {
                throw new UnknownHostException(name);
            }
            return addresses.toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String name) {
            return name;
        }
    }
}
