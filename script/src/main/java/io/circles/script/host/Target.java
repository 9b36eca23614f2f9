package io.circles.script.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.utils.URIUtils;
import org.jspecify.annotations.Nullable;

/// Where a request goes: a URL that was read once, strictly, so that what is checked is what is
/// connected to. Immutable.
///
/// @param scheme http or https
/// @param host a name in lower case without a dot at its end, or an address, IPv6 without brackets
/// @param port 1 to 65535
/// @param path path and query, beginning with `/`
/// @param literal the address if the host is one
record Target(String scheme, String host, int port, String path, @Nullable InetAddress literal) {
    private static final int MOST_CHARACTERS = 16 * 1024;
    private static final int MOST_HOST_CHARACTERS = 253;
    private static final Map<String, Integer> PORTS = Map.of("http", 80, "https", 443);
    // what scripts write unescaped, and URLs of browsers escape by themselves
    private static final String TO_ESCAPE = " \"<>^`{|}";
    private static final Pattern ABOVE_ROOT = Pattern.compile("^(?:/\\.\\.)+(?=[/?]|$)");

    /// Reads a URL; a fragment is left out.
    ///
    /// @throws HttpFetchException when it is none that a request can be sent to
    static Target parse(String url) {
        if (url.length() > MOST_CHARACTERS) {
            throw new HttpFetchException(
                    "a URL has at most %d characters".formatted(MOST_CHARACTERS));
        }
        try {
            return of(new URI(escaped(url)));
        } catch (URISyntaxException e) {
            throw new HttpFetchException("the URL cannot be read");
        }
    }

    /// Where a redirect leads.
    ///
    /// @param location absolute or relative to this, as the header has it
    /// @throws HttpFetchException when no request can be sent there
    Target resolve(String location) {
        try {
            String text = new String(location.getBytes(ISO_8859_1), UTF_8);
            return of(URIUtils.resolve(URI.create(url()), escaped(text))).belowRoot();
        } catch (IllegalArgumentException e) {
            throw new HttpFetchException(name() + " redirects to a URL that cannot be read");
        }
    }

    /// What leads above the root leads to the root (RFC 3986, 5.2.4); [URI#resolve] keeps it.
    private Target belowRoot() {
        String below = ABOVE_ROOT.matcher(path).replaceFirst("");
        return new Target(scheme, host, port, below.startsWith("/") ? below : "/" + below, literal);
    }

    private static Target of(URI uri) {
        String scheme = scheme(uri);
        if (uri.getRawUserInfo() != null) {
            throw new HttpFetchException("a URL has no user and no password in it");
        }
        String host = host(uri);
        int port = uri.getPort() < 0 ? PORTS.getOrDefault(scheme, 0) : uri.getPort();
        if (port < 1 || port > 0xffff) {
            throw new HttpFetchException("a port is 1 to 65535");
        }
        return new Target(scheme, host, port, path(uri), IpLiteral.of(host).orElse(null));
    }

    private static String scheme(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!PORTS.containsKey(scheme)) {
            throw new HttpFetchException("a URL begins with https:// or http://");
        }
        return scheme;
    }

    private static String host(URI uri) {
        String host = uri.getHost();
        if (host == null) {
            throw new HttpFetchException(
                    "the host in the URL cannot be read: it is a name in ASCII (others as xn--...),"
                            + " an IPv4 address in four decimal numbers or an IPv6 address in"
                            + " brackets");
        }
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.length() > MOST_HOST_CHARACTERS) {
            throw new HttpFetchException("the host in the URL is too long");
        }
        if (lower.startsWith("[")) {
            return lower.substring(1, lower.length() - 1);
        }
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static String path(URI uri) {
        URI ascii = URI.create(uri.toASCIIString());
        String path =
                ascii.getRawPath() == null || ascii.getRawPath().isEmpty()
                        ? "/"
                        : ascii.getRawPath();
        return ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery();
    }

    private static String escaped(String url) {
        StringBuilder escaped = new StringBuilder(url.length());
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            if (TO_ESCAPE.indexOf(c) >= 0) {
                escaped.append("%%%02X".formatted((int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /// Host and port for messages; the port always stands there.
    String name() {
        return bracketed() + ":" + port;
    }

    /// The URL again, in one form: without the scheme's own port, and escaped.
    String url() {
        String portText = impliesPort() ? "" : ":" + port;
        return scheme + "://" + bracketed() + portText + path;
    }

    /// Whether the port is the scheme's own.
    boolean impliesPort() {
        return PORTS.getOrDefault(scheme, 0) == port;
    }

    private String bracketed() {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    /// Whether both have the same scheme, host and port.
    boolean sameOrigin(Target other) {
        return scheme.equals(other.scheme) && host.equals(other.host) && port == other.port;
    }
}
