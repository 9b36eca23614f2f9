package io.circles.script.redis;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// What one node tells another. Lines are named as [BusLines] names them. Immutable, as long as
/// nobody changes a message.
sealed interface BusNote {
    /// What one takes beside what it carries, in bytes; and each name of a line.
    int OVERHEAD = 128;

    /// All begins anew between the two: what was said before is of no account any more. To be
    /// answered with a [Welcome].
    ///
    /// @param lines all that the sender has
    record Hello(List<String> lines) implements BusNote {
        public Hello {
            lines = List.copyOf(lines);
        }
    }

    /// The answer to a [Hello].
    ///
    /// @param lines all that the sender has
    record Welcome(List<String> lines) implements BusNote {
        public Welcome {
            lines = List.copyOf(lines);
        }
    }

    /// The sender has these lines now; to be answered with the same by a node that has them and
    /// did not know.
    ///
    /// @param anew the sender has lost something there: to be answered in any case
    record Join(List<String> lines, boolean anew) implements BusNote {
        public Join {
            lines = List.copyOf(lines);
        }
    }

    /// The sender has these lines no more.
    record Leave(List<String> lines) implements BusNote {
        public Leave {
            lines = List.copyOf(lines);
        }
    }

    /// What somebody says on a line.
    ///
    /// @param bytes how long the message is
    record Say(String line, JsonNode message, long bytes) implements BusNote {}

    /// The sender is there.
    record Beat() implements BusNote {}

    /// The sender has left for good.
    record Bye() implements BusNote {}

    /// What it takes of memory, about.
    default long weight() {
        return OVERHEAD
                + switch (this) {
                    case Hello(List<String> lines) -> (long) OVERHEAD * lines.size();
                    case Welcome(List<String> lines) -> (long) OVERHEAD * lines.size();
                    case Join(List<String> lines, _) -> (long) OVERHEAD * lines.size();
                    case Leave(List<String> lines) -> (long) OVERHEAD * lines.size();
                    case Say say -> say.bytes();
                    case Beat _, Bye _ -> 0L;
                };
    }
}
