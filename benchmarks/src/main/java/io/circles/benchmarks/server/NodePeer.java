package io.circles.benchmarks.server;

import io.circles.protocol.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The Node server of `benchmarks/peers/node`. Thread-safe.
public final class NodePeer implements MeasuredServer {
    private final ProcessTree processes;
    private final URI url;

    private NodePeer(ProcessTree processes, URI url) {
        this.processes = processes;
        this.url = url;
    }

    /// Starts it and waits until it serves.
    ///
    /// @param root the project's folder
    /// @param options more words for its command line
    /// @throws IOException when it ends before it serves
    public static NodePeer start(Path root, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of("node", Layout.peer(root).toString()));
        command.addAll(List.of("--module", Layout.functions(root).toString()));
        command.addAll(options);
        Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        ProcessTree processes = new ProcessTree(process);
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        if (line == null) {
            processes.end();
            throw new IOException(
                    "the Node server does not serve: npm ci in benchmarks/peers/node");
        }
        URI url = URI.create(Json.parse(line).path("url").asText());
        return new NodePeer(processes, url);
    }

    @Override
    public String name() {
        return "node";
    }

    @Override
    public URI url() {
        return url;
    }

    @Override
    public ProcessTree processes() {
        return processes;
    }

    @Override
    public void close() {
        processes.end();
    }
}
