package io.circles.script.host;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/// Tells addresses from names, and leaves no third kind: a host that some reader somewhere might
/// take for an address (a number in octal or hex, fewer than four, IPv4 within IPv6) is refused.
final class IpLiteral {
    private IpLiteral() {}

    /// The address that `host` is; empty for a name.
    ///
    /// @param host without brackets
    /// @throws HttpFetchException when it is an address in another form than the usual one
    static Optional<InetAddress> of(String host) {
        try {
            if (host.indexOf(':') >= 0) {
                return Optional.of(v6(host));
            }
            boolean number = Character.isDigit(host.charAt(host.lastIndexOf('.') + 1));
            return number ? Optional.of(v4(host)) : Optional.empty();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw unusual();
        }
    }

    private static InetAddress v4(String host) {
        InetAddress address = Inet4Address.ofLiteral(host);
        if (!address.getHostAddress().equals(host)) {
            throw unusual();
        }
        return address;
    }

    private static InetAddress v6(String host) {
        InetAddress address = Inet6Address.ofLiteral(host);
        if (host.indexOf('%') >= 0 || !(address instanceof Inet6Address)) {
            throw unusual();
        }
        return address;
    }

    private static HttpFetchException unusual() {
        return new HttpFetchException(
                "the host is an address in an unusual form: IPv4 has four decimal numbers, IPv6 no"
                        + " zone and no IPv4 within");
    }
}
