package io.circles.client;

import io.circles.protocol.crypto.PublicKey;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The address of a circle, taken apart. Immutable.
///
/// @param secure whether it is `wss`
/// @param host in lower case; an IPv6 address stands in brackets
/// @param port also where the address left it out
/// @param resource path and query, as they go into the request line
/// @param circle the key in the last part of the path, or, as the `/` of base64 need not be
///     escaped, the key that the whole path is; null when no key stands there
record Endpoint(
        boolean secure, String host, int port, String resource, @Nullable PublicKey circle) {
    private static final int WS_PORT = 80;
    private static final int WSS_PORT = 443;
    private static final int MAX_PORT = 65_535;

    /// Reads an address.
    ///
    /// @throws IllegalArgumentException says what would be right
    static Endpoint of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("wss");
        if (!(secure || scheme.equals("ws"))
                || uri.getHost() == null
                || uri.getPort() == 0
                || uri.getPort() > MAX_PORT
                || uri.getRawUserInfo() != null
                || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "the address of a circle is ws:// or wss://, a host and perhaps a port and a path,"
                            + " such as wss://shop.example.com, not \""
                            + uri
                            + "\"");
        }
        int standard = secure ? WSS_PORT : WS_PORT;
        return new Endpoint(
                secure,
                uri.getHost().toLowerCase(Locale.ROOT),
                uri.getPort() == -1 ? standard : uri.getPort(),
                resource(uri),
                circle(uri));
    }

    private static String resource(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private static @Nullable PublicKey circle(URI uri) {
        String path = uri.getRawPath();
        PublicKey last = key(path.substring(path.lastIndexOf('/') + 1));
        return last == null && !path.isEmpty() ? key(path.substring(1)) : last;
    }

    /// @param escaped part of a path, so `+` is itself
    private static @Nullable PublicKey key(String escaped) {
        try {
            return PublicKey.parse(URI.create("/" + escaped).getPath().substring(1));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// The path without the query, which may hold a secret.
    String path() {
        int query = resource.indexOf('?');
        return query < 0 ? resource : resource.substring(0, query);
    }

    /// What a nonce calls this address: scheme, host, and the port where it is not the scheme's
    /// own.
    String origin() {
        return (secure ? "wss://" : "ws://") + hostHeader();
    }

    /// Host and, where it is not the scheme's own, port: the `Host` header.
    String hostHeader() {
        return port == (secure ? WSS_PORT : WS_PORT) ? host : host + ":" + port;
    }

    /// Whether a text is an origin, and this address's: spelled in any case, with or without a
    /// standard port.
    boolean isOriginOf(String text) {
        try {
            URI uri = new URI(text);
            return uri.getRawPath() != null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && of(uri).origin().equals(origin());
        } catch (URISyntaxException | IllegalArgumentException e) {
            return false;
        }
    }
}
