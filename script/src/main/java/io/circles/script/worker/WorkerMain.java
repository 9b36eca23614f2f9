package io.circles.script.worker;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import org.slf4j.LoggerFactory;

/// The process in which a [WorkerPool] has scripts run. Its standard input and output are the link
/// to the server; whatever else prints goes to standard error. It ends when its input does.
public final class WorkerMain {
    /// Exit code of a start that failed; the JVM's own is the same.
    static final int NOT_STARTED = 1;

    private static final int BUFFER = 1 << 16;

    private WorkerMain() {}

    /// Serves jobs until standard input ends.
    ///
    /// @param args how many scripts run at once
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        OutputStream out =
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER);
        System.setOut(System.err);
        System.setIn(InputStream.nullInputStream());
        WorkerLink link = new WorkerLink(new FileInputStream(FileDescriptor.in), out);
        try {
            new JobServer(link, Integer.parseInt(args[0])).serve();
        } catch (Exception | LinkageError e) {
            LoggerFactory.getLogger(WorkerMain.class)
                    .atError()
                    .setCause(e)
                    .log("the worker cannot go on");
        }
        Runtime.getRuntime().halt(NOT_STARTED);
    }
}
