package io.circles.script.host;

import java.net.InetAddress;

/// Which addresses an allowed host may have, from the least to the most exactly named.
enum Reach {
    /// A name or a pattern: the addresses that anybody can reach.
    PUBLIC,

    /// `localhost`: this machine and nothing else.
    LOOPBACK,

    /// An address that is listed itself.
    LISTED;

    boolean includes(InetAddress address) {
        return switch (this) {
            case PUBLIC -> PublicAddresses.contain(address);
            case LOOPBACK -> address.isLoopbackAddress();
            case LISTED -> true;
        };
    }
}
