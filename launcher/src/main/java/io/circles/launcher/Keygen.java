package io.circles.launcher;

import io.circles.protocol.crypto.KeyPair;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `circles keygen`: makes a key. Prints the public one only.
@Command(
        name = "keygen",
        description =
                "Makes a key, keeps it in a file with mode 0600 and prints its public key. A file that"
                        + " is there is never overwritten.")
final class Keygen implements Runnable {
    private final Shell shell;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "Where to keep it; by default ~/.circles/key.pem.")
    private Optional<Path> file = Optional.empty();

    Keygen(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        KeyFile target = file.map(KeyFile::new).orElseGet(shell::ownKey);
        KeyPair key = target.create(shell.random());
        shell.err().println("The key is in " + target.path() + "; keep it to yourself.");
        shell.out().println(key.publicKey().hex());
    }
}
