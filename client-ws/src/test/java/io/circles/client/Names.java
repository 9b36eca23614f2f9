package io.circles.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.security.Security;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Looks names up for all tests of this module: those under `.test` (RFC 6761) as the tests say,
/// the rest as usual. Nothing is cached, so that what a test changes counts at once.
public final class Names extends InetAddressResolverProvider {
    private static final Map<String, InetAddress> KNOWN = new ConcurrentHashMap<>();

    static {
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }

    /// From now on a name is this machine's.
    static void know(String host) {
        KNOWN.put(host, InetAddress.getLoopbackAddress());
    }

    /// From now on nobody knows a name.
    static void forget(String host) {
        KNOWN.remove(host);
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        return new Resolver(configuration.builtinResolver());
    }

    @Override
    public String name() {
        return "tests";
    }

    private record Resolver(InetAddressResolver usual) implements InetAddressResolver {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                throws UnknownHostException {
            if (!host.endsWith(".test")) {
                return usual.lookupByName(host, policy);
            }
            return Stream.of(
                    Optional.ofNullable(KNOWN.get(host))
                            .orElseThrow(() -> new UnknownHostException(host + ": not now")));
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
            return usual.lookupByAddress(address);
        }
    }
}
