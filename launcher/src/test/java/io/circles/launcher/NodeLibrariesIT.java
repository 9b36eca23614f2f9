package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Public JSON-RPC libraries, each with its own habits, against a real launcher.
class NodeLibrariesIT {
    @TempDir private static Path server;
    @TempDir private static Path programs;
    private static CirclesProcess up;

    @BeforeAll
    static void serve() throws Exception {
        OthersClients.installPackages(programs);
        OthersClients.copy("key.mjs", programs);
        up = CirclesProcess.servingAlone(server, "[{\"name\": \"alpha\", \"port\": 0}]");
    }

    @AfterAll
    static void stop() {
        if (up != null) {
            up.close();
        }
    }

    private static String printed(String name) throws IOException, InterruptedException {
        String program = OthersClients.copy(name, programs).toString();
        Path node = OthersClients.program("node");
        try (CirclesProcess process =
                CirclesProcess.startAs(node, programs, program, up.url(0).toString())) {
            assertThat(process.exitCode()).as(process::err).isZero();
            return process.out();
        }
    }

    @Test
    void jsonRpc20LogsInWithNamedParamsNumberIdsAndABatchWithANotification() throws Exception {
        assertThat(printed("json-rpc-2.0.mjs")).isEqualTo("5 -32000 2 first authenticated\n");
    }

    @Test
    void jaysonLogsInWithPositionalParamsStringIdsAndABatch() throws Exception {
        assertThat(printed("jayson.mjs")).isEqualTo("a-b -32602 -32601 42 true\n");
    }
}
