package io.circles.launcher;

import io.circles.client.ClientException;
import io.circles.client.DialException;
import io.circles.client.UntrustedCircleException;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.io.PrintWriter;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExitCodeExceptionMapper;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Tells the user what failed, in a line or two on standard error, and how to exit.
record Failures(PrintWriter err)
        implements IParameterExceptionHandler,
                IExecutionExceptionHandler,
                IExitCodeExceptionMapper {
    private static final Set<ErrorCode> PROOF =
            Set.of(
                    ErrorCode.AUTHENTICATION_REQUIRED,
                    ErrorCode.INVALID_CREDENTIALS,
                    ErrorCode.SESSION_EXPIRED);
    private static final OptionalInt NO_CIRCLE = OptionalInt.of(404);

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        err.println("circles: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println(
                "Try: %s --help".formatted(e.getCommandLine().getCommandSpec().qualifiedName()));
        return ExitCode.USAGE.number();
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        if (e instanceof ParameterException usage) {
            return handleParseException(usage, new String[0]);
        }
        if (!(e instanceof LauncherException)) {
            LoggerFactory.getLogger(Failures.class).debug("command failed", e);
        }
        err.println(Printable.of(words(e)));
        return getExitCode(e);
    }

    private static String words(Exception e) {
        return switch (e) {
            case LauncherException known -> String.valueOf(known.getMessage());
            case CircleException _, ClientException _ -> "circles: " + e.getMessage();
            default -> "circles: internal error: " + e + " (-vv shows more)";
        };
    }

    @Override
    public int getExitCode(Throwable e) {
        return switch (e) {
            case LauncherException known -> known.exitCode().number();
            case CircleException refused -> refusal(refused.code()).number();
            case UntrustedCircleException _ -> ExitCode.UNPROVEN.number();
            case DialException dial when dial.httpStatus().equals(NO_CIRCLE) ->
                    ExitCode.UNPROVEN.number();
            case ClientException _ -> ExitCode.NOT_CONNECTED.number();
            default -> ExitCode.INTERNAL.number();
        };
    }

    private static ExitCode refusal(ErrorCode code) {
        return PROOF.contains(code) ? ExitCode.UNPROVEN : ExitCode.REFUSED;
    }
}
