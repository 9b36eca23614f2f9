package io.circles.script.worker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// How a worker's JVM is started. Immutable.
///
/// @param compiled whether it gets the compiler
/// @param mainClass what it runs
record ChildCommand(WorkerSettings settings, boolean compiled, String mainClass) {
    /// Names a garbage collector; a JVM takes one at most.
    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC");

    /// Why scripts will be interpreted whatever one tries; empty when the compiler may work.
    ///
    /// @param folder where the compiler is to be
    static Optional<String> noCompiler(Path folder) {
        try (var jars = Files.newDirectoryStream(folder, "compiler-*.jar")) {
            return jars.iterator().hasNext()
                    ? Optional.empty()
                    : Optional.of("there is no GraalVM compiler in " + folder);
        } catch (IOException e) {
            return Optional.of("the folder of the GraalVM compiler cannot be read: " + folder);
        }
    }

    /// Starts the JVM with nothing of this process's environment, in a folder that is nobody's.
    Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command());
        builder.environment().clear();
        builder.directory(new File(System.getProperty("java.io.tmpdir")));
        return builder.start();
    }

    List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(settings.jvm().home().resolve("bin").resolve("java").toString());
        command.addAll(
                List.of(
                        "-Xmx" + settings.jvm().heap(),
                        "-XX:+ExitOnOutOfMemoryError",
                        // standard output is the link's alone
                        "-XX:+DisplayVMOutputToStderr",
                        "-Xlog:disable",
                        "-Xlog:all=warning:stderr",
                        "-XX:-UsePerfData",
                        // with them each end of the stack reads the debug information of all of its
                        // frames: seconds for a script that calls itself
                        "-XX:StackReservedPages=0",
                        // more classes and compiled scripts than the JVM expects are no reason to
                        // stop all runs and collect everything
                        "-XX:MetaspaceSize=192m",
                        "-XX:SweeperThreshold=40",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dpolyglot.engine.WarnInterpreterOnly=false"));
        if (compiled) {
            command.addAll(
                    List.of(
                            "--upgrade-module-path",
                            settings.jvm().compiler().orElseThrow().toString(),
                            "-XX:+UnlockExperimentalVMOptions",
                            "-XX:+EnableJVMCI"));
        }
        if (settings.jvm().options().stream().noneMatch(COLLECTOR.asMatchPredicate())) {
            command.add("-XX:+UseParallelGC");
        }
        command.addAll(settings.jvm().options());
        command.addAll(
                List.of(
                        "-cp",
                        settings.jvm().classPath(),
                        mainClass,
                        Integer.toString(settings.threads())));
        return command;
    }
}
