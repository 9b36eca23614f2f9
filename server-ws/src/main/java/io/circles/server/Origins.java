package io.circles.server;

import io.circles.server.session.Origin;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The addresses by which clients may reach a circle, and the pages that may connect to it.
/// Immutable.
///
/// A `Host` header that is not among them is refused, or a page on a foreign name that points here
/// (DNS rebinding) would count as the circle's own. An `Origin` header is sent by browsers only;
/// programs that send none are not refused.
record Origins(List<Origin> own, List<String> pages) {

    Origins {
        own = List.copyOf(own);
        pages = List.copyOf(pages);
    }

    /// @param listening the address and port that the circle listens on
    /// @throws IllegalArgumentException for a wildcard address without configured origins
    static Origins of(CircleConfig config, InetSocketAddress listening) {
        if (!config.origins().isEmpty()) {
            return new Origins(config.origins(), config.webOrigins());
        }
        InetAddress address = listening.getAddress();
        if (address.isAnyLocalAddress()) {
            throw new IllegalArgumentException(
                    "circle "
                            + config.name()
                            + " listens on every address, so it needs origins: the names by which"
                            + " clients reach it, such as wss://shop.example.com");
        }
        Origin named = Origin.ws(config.host(), listening.getPort());
        Origin numbered = Origin.ws(address.getHostAddress(), listening.getPort());
        Origin local = Origin.ws("localhost", listening.getPort());
        List<Origin> own =
                address.isLoopbackAddress()
                        ? List.of(named, numbered, local)
                        : List.of(named, numbered);
        return new Origins(own.stream().distinct().toList(), config.webOrigins());
    }

    Origin first() {
        return own.getFirst();
    }

    /// The origin that a `Host` header names, if it is one of the circle's own.
    Optional<Origin> dialled(@Nullable String host) {
        return own.stream().filter(origin -> host != null && origin.isNamedBy(host)).findFirst();
    }

    /// Whether a page may connect.
    ///
    /// @param header the `Origin` header; null when the client is not a browser
    boolean admits(@Nullable String header, Origin dialled) {
        if (header == null || pages.contains("*") || pages.contains(header)) {
            return true;
        }
        Origin page = Origin.ofPage(header);
        return page != null && (own.contains(page) || (dialled.isLoopback() && page.isLoopback()));
    }
}
