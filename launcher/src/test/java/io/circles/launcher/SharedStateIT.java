package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.client.CircleClient;
import io.circles.protocol.Json;
import io.circles.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `circles up` with its circles' states in PostgreSQL.
class SharedStateIT {
    private static final String ADD_ONE =
            "const n = (state.get('n') ?? 0) + 1; state.set('n', n); n";

    @TempDir private Path folder;

    @Test
    void aCircleLivesInTheDatabaseAndMovesIntoAFile() throws Exception {
        Files.writeString(folder.resolve("password"), TestDatabase.PASSWORD);
        try (TestDatabase database = TestDatabase.createWithUser();
                LastingCircle circle = new LastingCircle(folder, "export const nothing = 0;")) {
            circle.file()
                    .putObject("state")
                    .put("url", database.url())
                    .put("user", database.name())
                    .put("password", "file:password");
            circle.start();
            assertThat(addOne(circle)).isEqualTo(1);
            assertThat(commandLines())
                    .noneMatch(line -> line.contains(TestDatabase.PASSWORD.substring(0, 4)));
            circle.restart("KILL");
            assertThat(addOne(circle)).isEqualTo(2);
            assertThat(state("export", "lasting", "--out", "exported").exitCode())
                    .isEqualTo(ExitCode.NOT_STARTED.number());
            end(circle);
            assertThat(folder.resolve("data/lasting/state.db")).doesNotExist();

            assertThat(state("export", "lasting", "--out", "exported").exitCode()).isZero();
            circle.file().remove("state");
            Files.writeString(folder.resolve("circles.json"), Json.write(circle.file()));
            assertThat(state("import", "lasting", "exported").exitCode()).isZero();
            circle.start();
            assertThat(addOne(circle)).isEqualTo(3);
        }
    }

    private static int addOne(LastingCircle circle) throws Exception {
        try (CircleClient client = circle.connectMember()) {
            return Integer.parseInt(client.play(ADD_ONE).output());
        }
    }

    private static List<String> commandLines() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .toList();
    }

    private CirclesProcess state(String what, String... more) throws Exception {
        String[] args = new String[more.length + 2];
        args[0] = "state";
        args[1] = what;
        System.arraycopy(more, 0, args, 2, more.length);
        return CirclesProcess.start(folder, args);
    }

    private static void end(LastingCircle circle) throws Exception {
        circle.process().signal("TERM");
        assertThat(circle.process().exitCode()).isZero();
    }

    @Test
    void withoutTheDatabaseNothingStarts() throws Exception {
        Files.writeString(
                folder.resolve("circles.json"),
                """
                {"state": {"url": "jdbc:postgresql://127.0.0.1:1/circles"}, "workers": {"count": 0},
                 "circles": [{"name": "a", "port": 0}]}
                """);
        try (CirclesProcess check = CirclesProcess.start(folder, "check");
                CirclesProcess up = CirclesProcess.start(folder, "up", "--announce", "up.json")) {
            assertThat(check.exitCode()).isZero();
            assertThat(up.exitCode()).isEqualTo(ExitCode.NOT_STARTED.number());
            assertThat(up.err())
                    .contains("state: jdbc:postgresql://127.0.0.1:1/circles: ")
                    .doesNotContain("at io.circles");
            assertThat(folder.resolve("up.json")).doesNotExist();
        }
    }
}
