package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A client that a public tool has made from the methods of `openrpc.json` that can be called,
/// against a real launcher.
class GeneratedClientIT {
    private static final Path DOCUMENT = Path.of("..", "openrpc.json").toAbsolutePath();

    @TempDir private Path server;
    @TempDir private Path folder;

    @Test
    void theClientMadeByOpenRpcsGeneratorCompilesLogsInAndPlays() throws Exception {
        OthersClients.installPackages("generated", folder);
        Path client = generate();
        OthersClients.copy("generated/play.ts", client.resolve("src"));
        run("node_modules/typescript/bin/tsc", "--project", client.toString());
        try (CirclesProcess up =
                CirclesProcess.servingAlone(server, "[{\"name\": \"alpha\", \"port\": 0}]")) {
            assertThat(run(client.resolve("build/play.js").toString(), up.url(0).toString()))
                    .isEqualTo("true authenticated 5 2 -32000 1.3.2\n");
        }
    }

    /// Without the events: the tool would make methods of them too, some by the names of others.
    private Path callable() throws IOException {
        ObjectNode document = (ObjectNode) Json.parse(Files.readString(DOCUMENT));
        ArrayNode methods = Json.array();
        document.path("methods").forEach(method -> addCallable(method, methods));
        return Files.writeString(
                folder.resolve("callable.json"), Json.write(document.set("methods", methods)));
    }

    private static void addCallable(JsonNode method, ArrayNode methods) {
        if (method.has("result")) {
            methods.add(method);
        }
    }

    private Path generate() throws IOException, InterruptedException {
        run(
                "node_modules/@open-rpc/generator/build/cli.js",
                "generate",
                "--type=client",
                "--language=typescript",
                "--useName=circles",
                "--document=" + callable(),
                "--outputDir=" + folder);
        Path client = folder.resolve("client/typescript");
        Path source = client.resolve("src/index.ts");
        // it writes a name with a dot without quotes, and a param by the name of a keyword
        String quoted =
                Files.readString(source)
                        .replaceAll("(?m)^  public (\\w+\\.[\\w.]+):", "  public \"$1\":")
                        .replace("(function: ", "(function_: ");
        Files.writeString(source, quoted);
        return client;
    }

    private String run(String program, String... args) throws IOException, InterruptedException {
        String[] command = new String[args.length + 1];
        command[0] = program;
        System.arraycopy(args, 0, command, 1, args.length);
        try (CirclesProcess node =
                CirclesProcess.startAs(OthersClients.program("node"), folder, command)) {
            assertThat(node.exitCode()).as(() -> node.out() + node.err()).isZero();
            return node.out();
        }
    }
}
