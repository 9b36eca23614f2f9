package io.circles.script.redis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The lines of this node, by name, and which other nodes have them, too. Tells the listeners what
/// changes. Guarded by the lock of [BusPeers].
final class BusLines {
    private enum Member {
        JOINED,
        /// Has not answered yet that it begins anew.
        AWAITED
    }

    private record Line(BusQueue queue, Map<String, Member> members) {}

    private final Map<String, Line> lines = new LinkedHashMap<>();

    /// Adds a line.
    ///
    /// @return false if there is one of that name
    boolean add(String name, BusQueue queue) {
        return lines.putIfAbsent(name, new Line(queue, new HashMap<>())) == null;
    }

    /// Takes a line away.
    ///
    /// @return false if that is not the line of that name
    boolean remove(String name, BusQueue queue) {
        Line line = lines.get(name);
        return line != null && line.queue == queue && lines.remove(name, line);
    }

    void clear() {
        lines.values().forEach(line -> line.queue.close());
        lines.clear();
    }

    List<String> names() {
        return List.copyOf(lines.keySet());
    }

    /// Which nodes have a line, too.
    Set<String> nodes(String name) {
        Line line = lines.get(name);
        return line == null ? Set.of() : Set.copyOf(line.members.keySet());
    }

    /// Something was lost between a node and this one.
    void gap(String node) {
        for (Line line : lines.values()) {
            if (line.members.containsKey(node)) {
                line.queue.gap(node);
            }
        }
    }

    /// Something that a node has said was lost on those lines. To be told when the node is being
    /// told so: what this one says then comes after that.
    void gap(String node, List<String> names) {
        for (String name : names) {
            Line line = lines.get(name);
            if (line != null && line.members.containsKey(node)) {
                line.queue.gap(node);
            }
        }
    }

    /// A node has said which lines it has.
    ///
    /// @param anew all begins anew with it
    void agree(String node, List<String> theirs, boolean anew) {
        Set<String> all = new HashSet<>(theirs);
        lines.forEach(
                (name, line) -> {
                    if (!all.contains(name)) {
                        leave(line, node);
                    } else if (line.members.put(node, Member.JOINED) == null) {
                        line.queue.joined(node);
                    } else if (anew) {
                        line.queue.gap(node);
                    }
                });
    }

    /// A node has those lines now.
    ///
    /// @param anew it has lost something there
    /// @return which of them are here, too, and are to be said so
    List<String> join(String node, List<String> theirs, boolean anew) {
        return theirs.stream().filter(name -> join(node, lines.get(name), anew)).toList();
    }

    private static boolean join(String node, @Nullable Line line, boolean anew) {
        if (line == null) {
            return false;
        }
        boolean added = line.members.put(node, Member.JOINED) == null;
        if (added) {
            line.queue.joined(node);
        } else if (anew) {
            line.queue.gap(node);
        }
        return added || anew;
    }

    void leave(String node, List<String> theirs) {
        for (String name : theirs) {
            Line line = lines.get(name);
            if (line != null) {
                leave(line, node);
            }
        }
    }

    /// A node has left all of them.
    void leave(String node) {
        lines.values().forEach(line -> leave(line, node));
    }

    private static void leave(Line line, String node) {
        if (line.members.remove(node) != null) {
            line.queue.left(node);
        }
    }

    /// Hands on what a node says.
    ///
    /// @return false if it was too much: the node is to begin anew on that line
    boolean received(String node, BusNote.Say said) {
        Line line = lines.get(said.line());
        if (line == null
                || line.members.get(node) != Member.JOINED
                || !(said.message() instanceof ObjectNode message)) {
            return true;
        }
        if (line.queue.received(node, message, said.weight())) {
            return true;
        }
        line.members.put(node, Member.AWAITED);
        return false;
    }
}
