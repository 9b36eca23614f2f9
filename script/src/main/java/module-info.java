import org.jspecify.annotations.NullMarked;

/// Runs scripts: what a job is, who executes it, under which limits, and what comes back.
@NullMarked
module io.circles.script {
    requires transitive io.circles.protocol;
    requires com.github.benmanes.caffeine;
    requires com.zaxxer.hikari;
    requires flyway.core;
    requires java.management;
    requires jdk.management;
    requires transitive java.sql;
    requires org.apache.httpcomponents.client5.httpclient5;
    requires org.apache.httpcomponents.core5.httpcore5;
    requires org.graalvm.polyglot;
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires redis.clients.jedis;

    exports io.circles.script;
    exports io.circles.script.bus;
    exports io.circles.script.engine;
    exports io.circles.script.host;
    exports io.circles.script.redis;
    exports io.circles.script.state;
    exports io.circles.script.worker;
}
