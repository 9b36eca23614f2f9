package io.circles.script.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.io.IOAccess;

/// Opens a fresh context for each run, all on one engine, so that what one run compiled the next
/// can use.
///
/// Thread-safe. A context can do nothing but compute: no Java, no files, no threads, no processes,
/// no environment, no other languages; neither the time zone nor the language of the host.
final class ScriptContexts implements AutoCloseable {
    static final String SCRIPT = "script.js";
    static final String PRELUDE = "prelude.js";

    private static final String LANGUAGE = "js";

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

    /// A new context; whoever opened it closes it.
    ScriptContext open(ScriptLimits limits) {
        Context context =
                Context.newBuilder(LANGUAGE)
                        .engine(engine)
                        .allowHostAccess(HostAccess.NONE)
                        .allowPolyglotAccess(PolyglotAccess.NONE)
                        .allowIO(IOAccess.NONE)
                        .allowEnvironmentAccess(EnvironmentAccess.NONE)
                        .allowCreateThread(false)
                        .allowCreateProcess(false)
                        .allowNativeAccess(false)
                        .allowHostClassLoading(false)
                        .allowInnerContextOptions(false)
                        .allowExperimentalOptions(true)
                        .timeZone(ZoneId.of("UTC"))
                        .options(OPTIONS)
                        .option("js.string-length-limit", text(stringLength(limits)))
                        .option("js.max-typed-array-length", text(arrayLength(limits)))
                        .build();
        return new ScriptContext(context, prelude);
    }

    /// Characters of two bytes in an eighth of the memory. Powers of two, because contexts share
    /// code only where their options are the same.
    private static long stringLength(ScriptLimits limits) {
        return Long.highestOneBit(Math.min(limits.memoryBytes() / 16, 1 << 29));
    }

    /// Bytes, whatever the option's name says, in half of the memory.
    private static long arrayLength(ScriptLimits limits) {
        return Long.highestOneBit(Math.min(limits.memoryBytes() / 2, 1 << 30));
    }

    private static String text(long number) {
        return Long.toString(number);
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
