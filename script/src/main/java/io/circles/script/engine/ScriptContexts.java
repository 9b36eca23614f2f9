package io.circles.script.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.circles.protocol.Json;
import io.circles.script.CircleModule;
import io.circles.script.ScriptLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.ResourceLimits;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.io.IOAccess;

/// Opens realms, all on one engine, so that what one run compiled the next
/// can use.
///
/// Thread-safe. A realm can do nothing but compute and ask the host: no Java, no files but those of
/// a module, no threads, no processes, no environment, no other languages; neither the time zone
/// nor the language of the host.
final class ScriptContexts implements AutoCloseable {
    static final String SCRIPT = "script.js";
    static final String PRELUDE = "prelude.js";

    /// What [#whole(CircleModule)] exports.
    static final String LOADED = "loaded";

    private static final String LANGUAGE = "js";
    private static final String MODULE = "application/javascript+module";

    /// Characters of source, with a surcharge a script: what the engine keeps of it is many times
    /// more.
    private static final long SOURCE_CHARACTERS = 2L << 20;

    private static final int CHARACTERS_A_SOURCE = 500;

    private static final Map<String, String> OPTIONS =
            Map.ofEntries(
                    Map.entry("js.atomics", "false"),
                    Map.entry("js.console", "false"),
                    Map.entry("js.global-arguments", "false"),
                    Map.entry("js.graal-builtin", "false"),
                    Map.entry("js.load", "false"),
                    Map.entry("js.locale", "en-US"),
                    Map.entry("js.polyglot-builtin", "false"),
                    Map.entry("js.print", "false"),
                    Map.entry("js.shared-array-buffer", "false"),
                    Map.entry("js.unhandled-rejections", "throw"));

    private static final String TRY_OUT =
            "(async (all) => { for (const [k, v] of all) await `${k}${v}`; return {all, f: /a/ } })"
                    + "([['a', 1.5]]).then((x) => [x.all, JSON.stringify(x.all), new Map(x.all)])";

    private final Engine engine =
            Engine.newBuilder(LANGUAGE)
                    .option("engine.WarnInterpreterOnly", "false")
                    .in(InputStream.nullInputStream())
                    .out(OutputStream.nullOutputStream())
                    .err(OutputStream.nullOutputStream())
                    .build();

    private final Source prelude =
            Source.newBuilder(LANGUAGE, readPrelude(), PRELUDE).internal(true).buildLiteral();

    private final Cache<String, Source> sources =
            Caffeine.newBuilder()
                    .executor(Runnable::run)
                    .maximumWeight(SOURCE_CHARACTERS)
                    .<String, Source>weigher((text, _) -> CHARACTERS_A_SOURCE + text.length())
                    .build();

    private static String readPrelude() {
        try (InputStream in = ScriptContexts.class.getResourceAsStream(PRELUDE)) {
            byte[] bytes = Objects.requireNonNull(in, PRELUDE).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A script's source; the same text gives the same object as long as it is remembered.
    Source source(String text) {
        return sources.get(text, key -> Source.newBuilder(LANGUAGE, key, SCRIPT).buildLiteral());
    }

    /// The main file of a circle's module.
    Source main(CircleModule module) {
        String text = Objects.requireNonNull(module.files().get(module.main()));
        return Source.newBuilder(LANGUAGE, text, path(module))
                .uri(ModuleFileSystem.uri(module.main()))
                .mimeType(MODULE)
                .cached(true)
                .buildLiteral();
    }

    /// A module for the realm of a circle's module that was evaluated: what it exports as [#LOADED]
    /// is there once that module is loaded to the end, its awaits included.
    Source whole(CircleModule module) {
        String main = Json.write(Json.text(path(module)));
        String text = "import %s; export const %s = true".formatted(main, LOADED);
        return Source.newBuilder(LANGUAGE, text, PRELUDE)
                .mimeType(MODULE)
                .internal(true)
                .buildLiteral();
    }

    /// By this name and no other the engine knows the file as the one that is imported.
    private static String path(CircleModule module) {
        return ModuleFileSystem.ROOT.resolve(module.main()).toString();
    }

    /// What a realm has to be made with for a run. Realms share compiled code only where these are
    /// the same, so the numbers are powers of two.
    ///
    /// @param stringLength characters (of two bytes) of one string: an eighth of the memory
    /// @param arrayLength bytes of one typed array, whatever the engine's option calls them: half
    ///     of the memory
    /// @param statements 0 for no limit
    record Options(long stringLength, long arrayLength, long statements) {
        static Options of(ScriptLimits limits) {
            return new Options(
                    Long.highestOneBit(Math.min(limits.memoryBytes() / 16, 1 << 29)),
                    Long.highestOneBit(Math.min(limits.memoryBytes() / 2, 1 << 30)),
                    limits.statements());
        }
    }

    /// Runs a script that uses a little of everything.
    void tryOut() {
        try (Realm realm = open(Options.of(ScriptLimits.DEFAULTS))) {
            realm.tryOut(source(TRY_OUT));
        }
    }

    /// A realm for a script; whoever opened it closes it.
    Realm open(Options options) {
        return new Realm(builder(options).allowIO(IOAccess.NONE).build(), prelude);
    }

    /// A realm that can import the files of a module; whoever opened it closes it.
    Realm openModule(Options options, CircleModule module) {
        IOAccess files = IOAccess.newBuilder().fileSystem(new ModuleFileSystem(module)).build();
        return new Realm(
                builder(options)
                        .allowIO(files)
                        .option("js.esm-eval-returns-exports", "true")
                        .build(),
                prelude);
    }

    private Context.Builder builder(Options options) {
        Context.Builder builder =
                Context.newBuilder(LANGUAGE)
                        .engine(engine)
                        .allowHostAccess(HostAccess.NONE)
                        .allowPolyglotAccess(PolyglotAccess.NONE)
                        .allowEnvironmentAccess(EnvironmentAccess.NONE)
                        .allowCreateThread(false)
                        .allowCreateProcess(false)
                        .allowNativeAccess(false)
                        .allowHostClassLoading(false)
                        .allowInnerContextOptions(false)
                        .allowExperimentalOptions(true)
                        .timeZone(ZoneId.of("UTC"))
                        .options(OPTIONS)
                        .option("js.string-length-limit", Long.toString(options.stringLength))
                        .option("js.max-typed-array-length", Long.toString(options.arrayLength));
        if (options.statements > 0) {
            builder.resourceLimits(
                    ResourceLimits.newBuilder().statementLimit(options.statements, null).build());
        }
        return builder;
    }

    String description() {
        String name = engine.getImplementationName();
        return name.equals("Interpreted")
                ? "interpreted (the JVM has no GraalVM compiler)"
                : "compiled (" + name + ")";
    }

    /// Closes the engine. Only when no script runs: closing waits for scripts, and while it waits
    /// the JVM cannot exit.
    @Override
    public void close() {
        engine.close();
    }
}
