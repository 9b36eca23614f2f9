package io.circles.script.host;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Where the addresses of a name come from: the system's resolver, or a table in tests.
@FunctionalInterface
interface NameService {
    /// All addresses of `host`, at least one. May block for long.
    InetAddress[] lookUp(String host) throws UnknownHostException;
}
