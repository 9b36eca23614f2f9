package io.circles.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/// Completes the names that scripts find in a circle, as `circles.d.ts` declares them.
///
/// @param all such as `state` and `state.get`
record HostNames(List<String> all) implements Completer {
    private static final Pattern GLOBAL =
            Pattern.compile(
                    "^declare (?:const|function) (\\w+)(?:: \\{\\n(.*?)^})?",
                    Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern MEMBER =
            Pattern.compile("^  (?:readonly )?(\\w+)[(:]", Pattern.MULTILINE);

    HostNames {
        all = List.copyOf(all);
    }

    /// Those of this build.
    static HostNames ofBuild() {
        try (InputStream file = HostNames.class.getResourceAsStream("/circles.d.ts")) {
            byte[] text =
                    Objects.requireNonNull(file, "the jar has no circles.d.ts").readAllBytes();
            return declaredIn(new String(text, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Those of a file of declarations.
    static HostNames declaredIn(String declarations) {
        List<String> names = new ArrayList<>();
        for (MatchResult global : GLOBAL.matcher(declarations).results().toList()) {
            names.add(global.group(1));
            String members = Objects.requireNonNullElse(global.group(2), "");
            MEMBER.matcher(members)
                    .results()
                    .forEach(member -> names.add(global.group(1) + "." + member.group(1)));
        }
        return new HostNames(names);
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        all.stream()
                .filter(name -> name.contains(".") == line.word().contains("."))
                .map(name -> new Candidate(name, name, null, null, null, null, false))
                .forEach(candidates::add);
    }
}
