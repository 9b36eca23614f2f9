package io.circles.script.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.script.CircleModule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the import for which a module could not be loaded: the engine says what it has not found
/// and which file asked for it, and not where.
final class ImportError {
    private static final Pattern NO_FILE =
            Pattern.compile(
                    "[\\w ]* module '(?<what>[^\\n]*)' imported from (?<file>[^:\\n\\x00]*)(?::[^\\n]*)?");
    private static final Pattern NO_EXPORT =
            Pattern.compile(
                    "The requested module '(?<what>[^\\n]*)' does not provide an export named '(?<name>[^\\n]*)'");

    /// From the first word of a declaration to the name of the file.
    private static final Pattern DECLARATION =
            Pattern.compile(
                    "\\b(?:import|export)\\b[^'\"`;]{0,2000}+(['\"])(?<what>[^'\"\\n\\x00]*+)\\1");

    /// Of an export from elsewhere the engine says nothing but this.
    private static final String NO_INDIRECT_EXPORT = "Could not resolve indirect export entry";

    private static final Pattern INDIRECT_EXPORT =
            Pattern.compile(
                    "\\b(?:export|import(?:\\s+[\\w$]+\\s*,)?)\\s*\\{(?<names>[^}'\"`;]{0,2000}+)}\\s*from\\s*(['\"])(?<what>[^'\"\\n\\x00]*+)\\2");
    private static final Pattern EXPORT_OF_ALL = Pattern.compile("\\bexport\\s*\\*");

    private static final Pattern NAME = Pattern.compile("[\\w$]+");

    private ImportError() {}

    /// The same failure with the place of the import, if it is about one and that is found.
    static CircleException placed(CircleException e, CircleModule module) {
        JsonNode data = Objects.requireNonNullElse(e.error().data(), Json.object());
        String message = data.path("message").asText();
        if (message.equals(NO_INDIRECT_EXPORT)) {
            return placedIndirect(e, module);
        }
        Matcher noFile = NO_FILE.matcher(message);
        if (noFile.matches()) {
            String file = ModuleFileSystem.name(Path.of(noFile.group("file")));
            return placed(e, module, file, noFile.group("what"), "");
        }
        Matcher noExport = NO_EXPORT.matcher(message);
        return noExport.matches()
                ? placed(
                        e,
                        module,
                        data.path("file").asText(),
                        noExport.group("what"),
                        noExport.group("name"))
                : e;
    }

    /// @param name stands in the declaration, where it is not `default`
    private static CircleException placed(
            CircleException e, CircleModule module, String file, String what, String name) {
        String text = module.files().getOrDefault(file, "");
        List<MatchResult> found =
                DECLARATION
                        .matcher(text)
                        .results()
                        .filter(each -> isOf(each.group("what"), file, what))
                        .toList();
        return found.stream()
                .filter(each -> each.group().contains(name))
                .findFirst()
                .or(() -> found.stream().findFirst())
                .map(each -> at(e, file, text.substring(0, each.start())))
                .orElse(e);
    }

    /// Looks for a declaration with a name that does not even occur in the file it names.
    private static CircleException placedIndirect(CircleException e, CircleModule module) {
        for (Map.Entry<String, String> file : module.files().entrySet()) {
            Matcher export = INDIRECT_EXPORT.matcher(file.getValue());
            while (export.find()) {
                String from =
                        ModuleFileSystem.name(
                                Path.of(file.getKey()).resolveSibling(export.group("what")));
                String target = module.files().getOrDefault(from, "");
                String text =
                        from.equals(file.getKey()) ? target.replace(export.group(), "") : target;
                if (!EXPORT_OF_ALL.matcher(text).find()
                        && lacksOneOf(export.group("names"), text)) {
                    return at(e, file.getKey(), file.getValue().substring(0, export.start()));
                }
            }
        }
        return e;
    }

    /// @param names as they stand in braces: `a, b as c`
    private static boolean lacksOneOf(String names, String text) {
        return Arrays.stream(names.split(",", -1))
                .map(name -> name.strip().split("\\s", 2)[0])
                .filter(name -> NAME.matcher(name).matches())
                .anyMatch(name -> !Pattern.compile(word(name)).matcher(text).find());
    }

    private static String word(String name) {
        return "(?<![\\w$])" + Pattern.quote(name) + "(?![\\w$])";
    }

    /// The engine names a file as it was asked for, or by its path below the module's folder.
    private static boolean isOf(String name, String file, String what) {
        return what.equals(name)
                || what.equals(ModuleFileSystem.name(Path.of(file).resolveSibling(name)));
    }

    private static CircleException at(CircleException e, String file, String before) {
        return e.with("line", before.chars().filter(c -> c == '\n').count() + 1)
                .with("column", before.length() - before.lastIndexOf('\n'))
                .with("file", file);
    }
}
