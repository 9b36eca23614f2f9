package io.circles.script.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import redis.clients.jedis.Protocol.Command;

/// The streams of jobs that a worker reads, and their groups. Immutable.
final class JobStreams {
    /// How long a stream is kept of which nobody writes or reads, and a job in it: more than three
    /// times the hour that a script may run at most ([RemoteRun#mayTake()]), after which no job of
    /// it may be taken any more.
    static final Duration LIFE = Duration.ofHours(4);

    private final List<String> names;

    /// @param circles for whose jobs alone; those of all others where it is empty
    JobStreams(Set<String> circles, RedisConnections connections) {
        this.names =
                circles.isEmpty()
                        ? List.of(connections.ofThisKey(Names.JOBS))
                        : new TreeSet<>(circles)
                                .stream().map(Names::jobs).map(connections::ofThisKey).toList();
    }

    List<String> names() {
        return names;
    }

    /// Makes the groups that are not there, from the first job on.
    void create(RedisLink link) {
        for (String stream : names) {
            try {
                link.ask(Command.XGROUP, "CREATE", stream, Names.GROUP, "0", "MKSTREAM");
            } catch (RedisFailure e) {
                if (!e.isBusyGroup()) {
                    throw e;
                }
            }
        }
    }

    /// The end of a command that reads what nobody has had.
    Object[] unread(Object... before) {
        return Stream.of(
                        Stream.of(before),
                        Stream.<Object>of("STREAMS"),
                        names.stream(),
                        names.stream().map(_ -> ">"))
                .flatMap(each -> each)
                .toArray();
    }
}
