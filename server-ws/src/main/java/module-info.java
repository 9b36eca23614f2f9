import org.jspecify.annotations.NullMarked;

/// One circle's server, and the host that carries many of them in one process.
@NullMarked
module io.circles.server {
    requires transitive io.circles.protocol;
    requires transitive io.circles.script;
    requires io.github.bucket4j.core;
    requires com.github.benmanes.caffeine;
    requires io.javalin;
    requires kotlin.stdlib;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires org.eclipse.jetty.ee10.servlet;
    requires org.eclipse.jetty.ee10.websocket.jetty.server;
    requires org.eclipse.jetty.http;
    requires org.eclipse.jetty.io;
    requires org.eclipse.jetty.server;
    requires org.eclipse.jetty.session;
    requires org.eclipse.jetty.util;
    requires org.eclipse.jetty.websocket.api;
    requires org.eclipse.jetty.websocket.core.common;
    requires org.eclipse.jetty.websocket.core.server;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports io.circles.server;
    exports io.circles.server.session;
    exports io.circles.server.sigsocket;
    exports io.circles.server.store;
    exports io.circles.server.webhook.provider;

    opens io.circles.server.circle to
            com.fasterxml.jackson.databind;
    opens io.circles.server.mpc to
            com.fasterxml.jackson.databind;
    opens io.circles.server.sigsocket to
            com.fasterxml.jackson.databind;
    opens io.circles.server.sigsocket.original to
            com.fasterxml.jackson.databind;
}
