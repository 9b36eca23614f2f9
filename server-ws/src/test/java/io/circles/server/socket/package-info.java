/// A client of bytes, for what no WebSocket library would do.
package io.circles.server.socket;
