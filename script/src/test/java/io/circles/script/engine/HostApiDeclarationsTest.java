package io.circles.script.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.script.ScriptExecutor;
import io.circles.script.contract.Plays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `circles.d.ts` says what is there, no more and no less.
class HostApiDeclarationsTest implements Plays {
    private static final Pattern OBJECT =
            Pattern.compile(
                    "^declare const (\\w+): \\{\\n(.*?)^};", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern GLOBAL =
            Pattern.compile("^declare (?:const|function) (\\w+)", Pattern.MULTILINE);
    private static final Pattern MEMBER =
            Pattern.compile("^  (?:readonly )?(\\w+)[(:]", Pattern.MULTILINE);

    private static ScriptExecutor executor;

    @BeforeAll
    static void open() {
        executor = new GraalScriptExecutor(1, 1);
    }

    @AfterAll
    static void close() {
        executor.close();
    }

    @Override
    public ScriptExecutor executor() {
        return executor;
    }

    private static String declarations() throws IOException {
        return Files.readString(Path.of("../circles.d.ts"));
    }

    @Test
    void everyGlobalIsDeclared() throws IOException {
        List<String> declared = new ArrayList<>();
        Matcher globals = GLOBAL.matcher(declarations());
        while (globals.find()) {
            declared.add(globals.group(1));
        }
        String language = "escape,unescape,eval,globalThis,undefined,JSON";
        String found =
                output(
                        """
                        Object.getOwnPropertyNames(globalThis)
                            .filter(name => !/^[A-Z][a-z]|^[a-z]+(URI|Component|NaN|Finite|Float|Int)|Error$/.test(name))
                            .filter(name => !'%s'.split(',').includes(name)).join()
                        """
                                .formatted(language));
        assertThat(new TreeSet<>(declared)).isEqualTo(new TreeSet<>(List.of(found.split(",", -1))));
    }

    @Test
    void everyMemberIsDeclared() throws IOException {
        TreeMap<String, TreeSet<String>> declared = new TreeMap<>();
        Matcher objects = OBJECT.matcher(declarations());
        while (objects.find()) {
            TreeSet<String> names = new TreeSet<>();
            Matcher members = MEMBER.matcher(objects.group(2));
            while (members.find()) {
                names.add(members.group(1));
            }
            declared.put(objects.group(1), names);
        }
        assertThat(declared).hasSizeGreaterThan(8);
        declared.forEach(
                (name, members) ->
                        assertThat(
                                        List.of(
                                                output(
                                                                "Object.keys(%s).sort().join()"
                                                                        .formatted(name))
                                                        .split(",", -1)))
                                .as(name)
                                .containsExactlyElementsOf(members));
    }
}
