package io.circles.script.engine;

import io.circles.protocol.CircleException;
import io.circles.protocol.Utf8;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.PolyglotException.StackFrame;
import org.graalvm.polyglot.SourceSection;
import org.jspecify.annotations.Nullable;

/// Where in the script something was thrown: the script's own frames, innermost first. Lines and
/// columns count from 1.
///
/// @param place of the throw; null when the engine does not know it
/// @param lines the frames as text
record ScriptStack(@Nullable Place place, List<String> lines) {
    private static final int MOST_FRAMES = 20;
    private static final int LONGEST_NAME = 100;
    private static final String PROGRAM = ":program";

    /// A line and column, and the file of a circle's module; null of a caller's script.
    record Place(@Nullable String file, int line, int column) {}

    static ScriptStack of(PolyglotException e) {
        List<String> lines = new ArrayList<>();
        Place first = null;
        for (StackFrame frame : e.getPolyglotStackTrace()) {
            SourceSection section = frame.isGuestFrame() ? frame.getSourceLocation() : null;
            if (section == null || isPrelude(section)) {
                continue;
            }
            lines.add(line(frame.getRootName(), section));
            if (first == null && !isGenerated(section)) {
                first = place(section);
            }
            if (lines.size() == MOST_FRAMES) {
                break;
            }
        }
        return new ScriptStack(first == null ? thrownAt(e) : first, lines);
    }

    private static @Nullable Place thrownAt(PolyglotException e) {
        SourceSection section = e.getSourceLocation();
        return section == null || isPrelude(section) ? null : place(section);
    }

    private static Place place(SourceSection section) {
        return new Place(file(section), section.getStartLine(), section.getStartColumn());
    }

    /// Only what was read as a file of a module counts: a script may call itself anything.
    private static @Nullable String file(SourceSection section) {
        URI uri = section.getSource().getURI();
        return "file".equals(uri.getScheme()) ? ModuleFileSystem.name(uri) : null;
    }

    /// @param function null of what has no name, as the constructor of a class may
    private static String line(@Nullable String function, SourceSection section) {
        String name = file(section);
        String file = isGenerated(section) ? "eval" : name == null ? ScriptContexts.SCRIPT : name;
        String place = "%s:%d:%d".formatted(file, section.getStartLine(), section.getStartColumn());
        return PROGRAM.equals(function)
                ? "at " + place
                : "at " + name(function) + " (" + place + ")";
    }

    private static String name(@Nullable String function) {
        if (function == null || function.isEmpty() || function.startsWith(":")) {
            return "<anonymous>";
        }
        return Utf8.wellFormed(
                function.length() > LONGEST_NAME ? function.substring(0, LONGEST_NAME) : function);
    }

    private static boolean isPrelude(SourceSection section) {
        return section.getSource().isInternal();
    }

    /// Code that the script made from text: the engine calls such sources `<eval>`, `<function>`.
    private static boolean isGenerated(SourceSection section) {
        return section.getSource().getName().startsWith("<");
    }

    CircleException addTo(CircleException error) {
        return located(error).with("stack", String.join("\n", lines));
    }

    private CircleException located(CircleException error) {
        if (place == null) {
            return error;
        }
        CircleException located = error.with("line", place.line()).with("column", place.column());
        return place.file() == null ? located : located.with("file", place.file());
    }
}
