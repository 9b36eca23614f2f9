package io.circles.launcher;

import io.circles.server.CircleConfig;
import io.circles.server.session.Origin;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads where a circle listens and by which names it is reached: `host`, `origins` and
/// `web_origins`.
final class AddressReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

    private AddressReader() {}

    static String host(ConfigReader circle) {
        return circle.field("host")
                .flatMap(AddressReader::nameOrAddress)
                .orElse(CircleConfig.DEFAULT_HOST);
    }

    private static Optional<String> nameOrAddress(ConfigReader field) {
        Optional<String> host = field.text();
        return host.isEmpty() || isHost(host.get())
                ? host
                : field.mustBe("a host name or an address without brackets and port");
    }

    private static boolean isHost(String text) {
        return NAME.matcher(text).matches() || (!text.startsWith("[") && address(text).isPresent());
    }

    /// The address that a host is written as; names are not looked up.
    private static Optional<InetAddress> address(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// A host in one spelling, so that two of them can be compared; `localhost` is 127.0.0.1.
    static String spelling(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return address(name.equals("localhost") ? "127.0.0.1" : name)
                .map(InetAddress::getHostAddress)
                .orElse(name);
    }

    static List<Origin> origins(ConfigReader circle, String host) {
        List<Origin> origins =
                circle.items("origins").stream()
                        .flatMap(item -> item.text(Origin::parse).stream())
                        .toList();
        if (origins.isEmpty() && address(host).filter(InetAddress::isAnyLocalAddress).isPresent()) {
            circle.problem(
                    "host %s is every address of this machine, so origins must say by which ones clients reach it, such as [\"wss://shop.example.com\"]"
                            .formatted(host));
        }
        return origins;
    }

    static List<String> webOrigins(ConfigReader circle) {
        return circle.items("web_origins").stream()
                .flatMap(item -> item.text(AddressReader::webOrigin).stream())
                .toList();
    }

    private static String webOrigin(String text) {
        Origin page = Origin.ofPage(text);
        boolean asSent = page != null && text.equals("http" + page.toString().substring(2));
        if (!asSent && !text.equals("*")) {
            throw new IllegalArgumentException(
                    "must be \"*\" or an origin as browsers send it, such as https://shop.example.com");
        }
        return text;
    }
}
