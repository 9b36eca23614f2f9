package io.circles.launcher;

import static picocli.CommandLine.ScopeType.INHERIT;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/// The `circles` command. Exits as [ExitCode] says.
@Command(
        name = "circles",
        description = "Runs circles, and is a client of them. Without a command: up.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        scope = INHERIT,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n")
public final class Main {
    private static final Set<String> ABOUT = Set.of("-h", "--help", "-V", "--version");
    private static final Pattern VERBOSE = Pattern.compile("-v+|--verbose");

    @Option(
            names = {"-v", "--verbose"},
            scope = INHERIT,
            description = "Log more; -vv still more. The log goes to standard error.")
    private boolean[] verbose = {};

    private Main() {}

    /// Runs the command and ends the process.
    public static void main(String... args) {
        System.exit(run(Shell.ofProcess(), args));
    }

    /// Runs the command and says how the process should exit.
    static int run(Shell shell, String... args) {
        CommandLine command = commandLine(shell);
        return command.execute(withDefault(args));
    }

    /// The command with all its sub-commands.
    static CommandLine commandLine(Shell shell) {
        Main main = new Main();
        CommandLine command =
                new CommandLine(main)
                        .addSubcommand(new Up(shell))
                        .addSubcommand(new WorkerCommand(shell))
                        .addSubcommand(new Check(shell))
                        .addSubcommand(new Keygen(shell))
                        .addSubcommand(new Play(shell))
                        .addSubcommand(new Call(shell))
                        .addSubcommand(new Repl(shell))
                        .addSubcommand(new Events(shell))
                        .addSubcommand(new Whoami(shell))
                        .addSubcommand(new SignAgent(shell))
                        .addSubcommand(
                                new CommandLine(new Audit())
                                        .addSubcommand(new AuditVerify(shell))
                                        .addSubcommand(new AuditShow(shell)))
                        .addSubcommand(
                                new CommandLine(new StateCommand())
                                        .addSubcommand(new StateExport(shell))
                                        .addSubcommand(new StateImport(shell)))
                        .addSubcommand(
                                new CommandLine(new WebhooksCommand())
                                        .addSubcommand(new WebhooksList(shell))
                                        .addSubcommand(new WebhooksShow(shell))
                                        .addSubcommand(new WebhooksReplay(shell))
                                        .addSubcommand(new WebhooksDiscard(shell))
                                        .addSubcommand(new WebhooksSend(shell)));
        Failures failures = new Failures(shell.err());
        return withExitCodes(command)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(shell.out())
                .setErr(shell.err())
                .setExecutionStrategy(main::execute)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures)
                .setExitCodeExceptionMapper(failures);
    }

    private static CommandLine withExitCodes(CommandLine command) {
        Map<String, String> codes = new LinkedHashMap<>();
        Arrays.stream(ExitCode.values())
                .forEach(code -> codes.put(" " + code.number(), code.meaning()));
        withSubcommands(command)
                .map(each -> each.getCommandSpec().usageMessage())
                .forEach(help -> help.exitCodeList(codes));
        return command;
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command),
                command.getSubcommands().values().stream().flatMap(Main::withSubcommands));
    }

    private int execute(ParseResult parsed) {
        boolean serving = parsed.hasSubcommand() && serves(parsed.subcommand());
        Logging.start(verbose.length + (serving ? 1 : 0));
        return new RunLast().execute(parsed);
    }

    private static boolean serves(ParseResult command) {
        Object its = command.commandSpec().userObject();
        return its instanceof Up || its instanceof WorkerCommand;
    }

    /// Adds the default command where there is none, so that `circles --config other.json` works.
    /// Only how much is logged can stand before a command; `circles` the script relies on it.
    private static String[] withDefault(String... args) {
        String first =
                Arrays.stream(args)
                        .filter(arg -> !VERBOSE.matcher(arg).matches())
                        .findFirst()
                        .orElse("-");
        return ABOUT.contains(first) || !first.startsWith("-")
                ? args
                : Stream.concat(Stream.of("up"), Arrays.stream(args)).toArray(String[]::new);
    }

    /// What `--version` prints.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"circles " + (version == null ? "(not packaged)" : version)};
        }
    }
}
