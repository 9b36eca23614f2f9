package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `circles sign-agent` and the example for Node as processes, against a circle that asks.
@Timeout(180)
class SignAgentIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String EVIL = "\u001b[2Jopen";

    @TempDir private static Path server;
    private static SigningCircle circle;

    @TempDir private Path folder;
    private KeyPair holder;

    @BeforeAll
    static void serve() throws Exception {
        circle = SigningCircle.serve(server, SigningCircle.newKey(), "{}");
    }

    @AfterAll
    static void stop() {
        circle.close();
    }

    @BeforeEach
    void makeKey() throws IOException {
        holder = SigningCircle.newKey();
        Files.writeString(folder.resolve("holder.pem"), holder.toPem());
        Files.setPosixFilePermissions(
                folder.resolve("holder.pem"), PosixFilePermissions.fromString("rw-------"));
    }

    private CirclesProcess agent(String... more) throws IOException {
        List<String> args =
                new ArrayList<>(
                        List.of("sign-agent", "--key", "holder.pem", circle.url().toString()));
        args.addAll(List.of(more));
        return CirclesProcess.start(folder, args.toArray(String[]::new));
    }

    private String ask(String message) throws InterruptedException {
        return circle.ask(holder.publicKey(), message);
    }

    private static String state(String id) {
        return circle.ended(id).path("state").asText();
    }

    private static void shows(CirclesProcess process, String text) {
        await().atMost(PATIENCE)
                .failFast(process::throwIfEnded)
                .until(() -> process.out().contains(text));
    }

    private static void says(CirclesProcess process, String text) {
        await().atMost(PATIENCE)
                .failFast(process::throwIfEnded)
                .until(() -> process.err().contains(text));
    }

    private static List<JsonNode> json(CirclesProcess process) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : process.out().lines().toList()) {
            lines.add(Json.parse(line));
        }
        return lines;
    }

    @Test
    void aPersonIsAskedOneRequestAtATime() throws Exception {
        String first = ask(EVIL);
        try (CirclesProcess agent = agent()) {
            shows(agent, "approve? [y/N] ");
            String second = ask("close");
            assertThat(circle.isPending(first)).isTrue();
            agent.input("y\nn\n");

            assertThat(agent.exitCode()).as(agent::err).isZero();
            assertThat(state(first)).isEqualTo("approved");
            assertThat(state(second)).isEqualTo("rejected");
            assertThat(agent.err())
                    .isEqualTo(
                            "listening for %s\nin the circle %s\n"
                                    .formatted(holder.publicKey(), circle.publicKey()));
            assertThat(agent.out())
                    .contains("request " + first, "  | \\u{1b}[2Jopen\n", "approve? [y/N] approved")
                    .contains("request " + second, "  | close\n", "approve? [y/N] rejected")
                    .doesNotContain("\u001b");
        }
    }

    @Test
    void theEndOfTheInputIsANo() throws Exception {
        String id = ask("open");
        try (CirclesProcess agent = agent()) {
            shows(agent, "approve? [y/N] ");
            agent.input("");

            assertThat(agent.exitCode()).as(agent::err).isZero();
            assertThat(state(id)).isEqualTo("rejected");
        }
    }

    @Test
    void withoutAnyInputNothingIsDecided() throws Exception {
        try (CirclesProcess agent = agent().input("")) {
            assertThat(agent.exitCode()).as(agent::err).isZero();
            assertThat(agent.out()).isEmpty();
        }
    }

    @Test
    void aRequestThatEndsWhileItIsAskedSaysSo() throws Exception {
        try (CirclesProcess agent = agent()) {
            await().atMost(PATIENCE).until(() -> agent.err().contains("listening"));
            circle.ask(holder.publicKey(), "open", Duration.ofSeconds(5));
            shows(agent, "\nended elsewhere: expired; the next line of input is passed over\n");
        }
    }

    @Test
    void aSignalEndsItCleanlyAndLeavesTheRequestToOthers() throws Exception {
        String id = ask("open");
        try (CirclesProcess agent = agent()) {
            shows(agent, "approve? [y/N] ");
            agent.signal("INT");

            assertThat(agent.exitCode()).as(agent::err).isZero();
        }
        assertThat(circle.isPending(id)).isTrue();
        try (CirclesProcess other = agent().input("y\n")) {
            assertThat(other.exitCode()).as(other::err).isZero();
            assertThat(state(id)).isEqualTo("approved");
        }
    }

    @Test
    void anAgentThatIsKilledLeavesTheRequestToTheNext() throws Exception {
        String id = ask("open");
        try (CirclesProcess agent = agent("--json")) {
            shows(agent, id);
            agent.signal("KILL");
            agent.exitCode();
        }
        assertThat(circle.isPending(id)).isTrue();
        try (CirclesProcess other = agent().input("y\n")) {
            assertThat(other.exitCode()).as(other::err).isZero();
            assertThat(state(id)).isEqualTo("approved");
        }
    }

    @Test
    void aProgramDecidesInAnyOrder() throws Exception {
        String first = ask("one");
        String second = ask("two");
        try (CirclesProcess agent = agent("--json")) {
            shows(agent, first);
            shows(agent, second);
            agent.input("reject " + second + " no\napprove " + first + "\n");

            assertThat(agent.exitCode()).as(agent::err).isZero();
            assertThat(state(first)).isEqualTo("approved");
            assertThat(circle.ended(second).path("refusals").path(0).path("reason").asText())
                    .isEqualTo("no");
            assertThat(json(agent))
                    .contains(
                            Json.object()
                                    .put("event", "ended")
                                    .put("id", first)
                                    .put("outcome", "approved"))
                    .hasSize(5);
        }
    }

    private CirclesProcess agentOf(SigningCircle other, String... more) throws IOException {
        List<String> args =
                new ArrayList<>(List.of("sign-agent", "--key", "holder.pem", other.address()));
        args.addAll(List.of(more));
        return CirclesProcess.start(folder, args.toArray(String[]::new));
    }

    @Test
    void anAgentOutlivesItsConnectionAndIsAskedAgain(@TempDir Path other) throws Exception {
        try (SigningCircle mortal = SigningCircle.serve(other, SigningCircle.newKey(), "{}");
                CirclesProcess agent = agentOf(mortal);
                CirclesProcess program = agentOf(mortal, "--json")) {
            String id = mortal.ask(holder.publicKey(), "open");
            shows(agent, "approve? [y/N] ");
            shows(program, id);
            mortal.kill();
            shows(agent, "not answered: ");
            says(agent, "no connection: ");
            says(program, "no connection: ");
            mortal.restart();
            says(agent, "connected to the circle again\n");
            says(program, "connected to the circle again\n");
            agent.type("y\n"); // the answer to the first question, which is gone
            await().atMost(PATIENCE).until(() -> agent.out().split("request " + id, -1).length > 2);
            shows(program, "\"outcome\":\"failed\"");
            assertThat(mortal.isPending(id)).isTrue();
            agent.input("y\n");

            assertThat(agent.exitCode()).as(agent::err).isZero();
            assertThat(mortal.ended(id).path("state").asText()).isEqualTo("approved");
            shows(program, "\"state\":\"approved\"");
            program.input("");
            assertThat(program.exitCode()).as(program::err).isZero();
        }
    }

    @Test
    void anAgentEndsWhenAnotherCircleTakesThePlaceOfItsOwn(@TempDir Path other) throws Exception {
        try (SigningCircle mortal = SigningCircle.serve(other, SigningCircle.newKey(), "{}");
                CirclesProcess agent = agentOf(mortal)) {
            says(agent, "listening");
            mortal.kill();
            Files.delete(other.resolve("data/vault/circle.pem"));
            mortal.restart();

            assertThat(agent.exitCode()).isEqualTo(ExitCode.UNPROVEN.number());
            assertThat(agent.err()).contains("no connection: ").doesNotContain("\tat ");
            assertThat(agent.err().lines().toList().getLast()).startsWith("circles: ");
        }
    }

    @Test
    void anAgentWhoseCircleIsNotThereAtFirstSaysSoAndEnds() throws Exception {
        try (CirclesProcess nobody =
                CirclesProcess.start(
                        folder, "sign-agent", "-k", "holder.pem", "ws://127.0.0.1:1")) {
            assertThat(nobody.exitCode()).isEqualTo(ExitCode.NOT_CONNECTED.number());
            assertThat(nobody.err()).hasLineCount(1);
        }
    }

    private CirclesProcess node() throws Exception {
        Path node = OthersClients.program("node");
        OthersClients.installExamples(folder, "connect.mjs", "sign-agent.mjs");
        return CirclesProcess.startAs(
                node, folder, "sign-agent.mjs", circle.address(), "holder.pem");
    }

    @Test
    void theExampleForNodeSignsWhatItsHolderApproves() throws Exception {
        String first = ask(EVIL);
        try (CirclesProcess agent = node()) {
            shows(agent, "? [y/N]");
            agent.input("y\nn\n");
            String second = ask("close");

            assertThat(agent.exitCode()).as(agent::err).isZero();
            assertThat(state(first)).isEqualTo("approved");
            assertThat(state(second)).isEqualTo("rejected");
            assertThat(agent.out())
                    .contains("asks: Please: \\u{1b}[2Jopen\n", "signed\n", "rejected: ")
                    .doesNotContain("\u001b");
        }
    }
}
