import org.jspecify.annotations.NullMarked;

/// The Java client of a circle.
@NullMarked
module io.circles.client {
    requires transitive io.circles.protocol;
    requires org.java_websocket;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports io.circles.client;
}
