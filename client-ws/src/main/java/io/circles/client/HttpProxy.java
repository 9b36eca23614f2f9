package io.circles.client;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// An HTTP proxy that opens tunnels (`CONNECT`; RFC 9110, section 9.3.6). Immutable.
///
/// @param authorization the value of `Proxy-Authorization`; null for none
record HttpProxy(String host, int port, @Nullable String authorization) {
    private static final int MAX_PORT = 65_535;

    HttpProxy {
        if (host.isBlank() || port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "a proxy has a host and a port from 1 to 65535, not \"%s\" and %d"
                            .formatted(host, port));
        }
    }

    /// One that asks for a name and a password (RFC 7617).
    static HttpProxy of(String host, int port, String user, String password) {
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("the user's name at a proxy has no colon");
        }
        byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new HttpProxy(host, port, "Basic " + Base64.getEncoder().encodeToString(both));
    }

    /// Has a tunnel opened. Blocks until it is; when it throws, the socket is closed.
    ///
    /// @param socket connected to the proxy
    Socket through(Socket socket, Endpoint endpoint, Deadline deadline) throws IOException {
        boolean open = false;
        try {
            socket.setSoTimeout(deadline.remainingMillis());
            socket.getOutputStream().write(request(endpoint).getBytes(StandardCharsets.US_ASCII));
            UpgradeAnswer.readOfProxy(socket.getInputStream());
            socket.setSoTimeout(0);
            open = true;
            return socket;
        } finally {
            if (!open) {
                socket.close();
            }
        }
    }

    private String request(Endpoint endpoint) {
        String target = endpoint.host() + ":" + endpoint.port();
        String authority = authorization == null ? "" : "Proxy-Authorization: " + authorization;
        return String.join(
                "\r\n",
                "CONNECT " + target + " HTTP/1.1",
                "Host: " + target,
                authority.isEmpty() ? "\r\n" : authority + "\r\n\r\n");
    }

    @Override
    public String toString() {
        return "HttpProxy[" + host + ":" + port + "]";
    }
}
