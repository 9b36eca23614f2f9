package io.circles.script.host;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/// The addresses of the public Internet: what is left when all that the IANA registries of special
/// purpose addresses (RFC 6890) hold is taken away, and all of IPv6 that is no global unicast.
///
/// IPv6 that carries an IPv4 address within (mapped, compatible, NAT64, 6to4, Teredo) is not
/// public, whatever it carries: a gateway might lead it back inside.
final class PublicAddresses {
    private static final List<Network> NOT_PUBLIC_V4 =
            List.of(
                    Network.of("0.0.0.0", 8), // this host
                    Network.of("10.0.0.0", 8), // private
                    Network.of("100.64.0.0", 10), // behind a carrier's NAT
                    Network.of("127.0.0.0", 8), // loopback
                    Network.of("169.254.0.0", 16), // link-local, and the clouds' metadata
                    Network.of("172.16.0.0", 12), // private
                    Network.of("192.0.0.0", 24), // protocol assignments
                    Network.of("192.0.2.0", 24), // documentation
                    Network.of("192.88.99.0", 24), // relays of 6to4
                    Network.of("192.168.0.0", 16), // private
                    Network.of("198.18.0.0", 15), // benchmarks
                    Network.of("198.51.100.0", 24), // documentation
                    Network.of("203.0.113.0", 24), // documentation
                    Network.of("224.0.0.0", 4), // multicast
                    Network.of("240.0.0.0", 4)); // class E and broadcast

    private static final Network GLOBAL_V6 = Network.of("2000::", 3);

    private static final List<Network> NOT_PUBLIC_V6 =
            List.of(
                    Network.of("2001::", 23), // protocol assignments, Teredo among them
                    Network.of("2001:db8::", 32), // documentation
                    Network.of("2002::", 16), // 6to4
                    Network.of("3fff::", 20)); // documentation

    private PublicAddresses() {}

    static boolean contain(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return NOT_PUBLIC_V4.stream().noneMatch(network -> network.contains(bytes));
        }
        return GLOBAL_V6.contains(bytes)
                && NOT_PUBLIC_V6.stream().noneMatch(network -> network.contains(bytes));
    }

    /// All addresses whose first bits are these.
    private static final class Network {
        private final byte[] prefix;
        private final int bits;

        private Network(byte[] prefix, int bits) {
            this.prefix = prefix;
            this.bits = bits;
        }

        static Network of(String prefix, int bits) {
            return new Network(InetAddress.ofLiteral(prefix).getAddress(), bits);
        }

        boolean contains(byte[] address) {
            int whole = bits / Byte.SIZE;
            int rest = Byte.SIZE - bits % Byte.SIZE;
            return address.length == prefix.length
                    && Arrays.equals(address, 0, whole, prefix, 0, whole)
                    && (rest == Byte.SIZE
                            || Byte.toUnsignedInt(address[whole]) >> rest
                                    == Byte.toUnsignedInt(prefix[whole]) >> rest);
        }
    }
}
