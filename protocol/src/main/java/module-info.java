import org.jspecify.annotations.NullMarked;

/// What both ends of a Circles connection must agree on.
@NullMarked
module io.circles.protocol {
    requires transitive com.fasterxml.jackson.databind;
    requires org.bouncycastle.provider;
    requires transitive org.jspecify;

    exports io.circles.protocol;
    exports io.circles.protocol.crypto;
}
