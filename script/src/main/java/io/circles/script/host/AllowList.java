package io.circles.script.host;

import java.util.Comparator;
import java.util.List;

/// Where the scripts of a circle may send requests. Immutable.
///
/// An entry is `host` for the ports 80 and 443 or `host:port` for that port alone. In a name, `*`
/// is any run of characters, dots too: `*.example.com` has `a.b.example.com`, and not
/// `example.com`. An address, public or not, is reached only if it is listed itself
/// (`127.0.0.1:8080`, `[::1]:8080`), and this machine by name only if `localhost` is. All other
/// names lead to public addresses only.
public final class AllowList {
    /// Nothing is allowed.
    public static final AllowList EMPTY = new AllowList(List.of());

    private final List<AllowedHost> hosts;

    private AllowList(List<AllowedHost> hosts) {
        this.hosts = hosts;
    }

    /// Reads the entries.
    ///
    /// @throws IllegalArgumentException for one that is none; names it and says what would be right
    public static AllowList of(List<String> entries) {
        return new AllowList(entries.stream().map(AllowedHost::parse).toList());
    }

    /// Which addresses the target's host may have: of several entries that allow it, the one that
    /// names it most exactly decides.
    ///
    /// @throws HttpFetchException when no entry allows it
    Reach reachOf(Target target) {
        return hosts.stream()
                .filter(host -> host.allows(target))
                .map(AllowedHost::reach)
                .max(Comparator.naturalOrder())
                .orElseThrow(
                        () ->
                                new HttpFetchException(
                                        "not in the circle's allow-list: " + target.name()));
    }
}
