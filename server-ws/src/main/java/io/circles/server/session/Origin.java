package io.circles.server.session;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An address by which clients reach a circle, such as `wss://shop.example.com` or
/// `ws://127.0.0.1:9001`: scheme, host and port, in one spelling (RFC 6454, section 4; the port is
/// left out where it is the scheme's own). Immutable.
public record Origin(String scheme, String host, int port) {
    private static final Map<String, Integer> STANDARD_PORTS =
            Map.of("ws", 80, "http", 80, "wss", 443, "https", 443);
    private static final int MAX_PORT = 65_535;

    /// Reads one.
    ///
    /// @param text `ws://` or `wss://`, a host, and optionally a port; nothing after it
    /// @throws IllegalArgumentException says what would be right
    public static Origin parse(String text) {
        Origin origin = read(text);
        if (origin == null || !origin.scheme.startsWith("ws")) {
            throw new IllegalArgumentException(
                    "an origin is ws:// or wss:// with a host and perhaps a port, such as"
                            + " wss://shop.example.com, not \""
                            + text
                            + "\"");
        }
        return origin;
    }

    /// Reads the `Origin` header of a page (`http` or `https`) as the origin that such a page
    /// dials; null for anything else, `null` included.
    public static @Nullable Origin ofPage(String header) {
        Origin page = read(header);
        if (page == null || !page.scheme.startsWith("http")) {
            return null;
        }
        return new Origin("http".equals(page.scheme) ? "ws" : "wss", page.host, page.port);
    }

    /// The address that listens on a port.
    public static Origin ws(String host, int port) {
        return new Origin("ws", spelling(host.contains(":") ? "[" + host + "]" : host), port);
    }

    private static @Nullable Origin read(String text) {
        try {
            URI uri = new URI(text);
            boolean bare =
                    uri.getScheme() != null
                            && uri.getHost() != null
                            && uri.getRawPath().isEmpty()
                            && uri.getRawQuery() == null
                            && uri.getRawFragment() == null
                            && uri.getRawUserInfo() == null;
            return bare ? read(uri) : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static @Nullable Origin read(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        Integer standardPort = STANDARD_PORTS.get(scheme);
        if (standardPort == null || uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
            return null;
        }
        int port = uri.getPort() == -1 ? standardPort : uri.getPort();
        return new Origin(scheme, spelling(uri.getHost()), port);
    }

    private static String spelling(String host) {
        return host.startsWith("[") ? Ipv6.spelling(host) : host.toLowerCase(Locale.ROOT);
    }

    /// Whether a `Host` header (RFC 9110, section 7.2) names this origin.
    public boolean isNamedBy(String hostHeader) {
        return equals(read(scheme + "://" + hostHeader));
    }

    /// Whether its host is this machine itself.
    public boolean isLoopback() {
        return isLoopback(host.replaceAll("[\\[\\]]", ""));
    }

    /// Whether a host is `localhost` or a loopback address; names are not looked up.
    public static boolean isLoopback(String host) {
        boolean address = host.contains(":") || host.matches("[0-9.]+");
        try {
            return host.equals("localhost")
                    || (address && InetAddress.ofLiteral(host).isLoopbackAddress());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// As it stands in a nonce.
    @Override
    public String toString() {
        boolean standard = Objects.equals(STANDARD_PORTS.get(scheme), port);
        return scheme + "://" + host + (standard ? "" : ":" + port);
    }
}
