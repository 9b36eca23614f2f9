package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs that speak the wire by themselves, and not as our own client does.
class OthersClientsIT {
    private static final Path EXAMPLE = Path.of("..", "examples", "play.mjs");

    private static final String TOKEN = "a-token-of-tests";

    @TempDir private static Path server;
    private static CirclesProcess up;

    @TempDir private Path folder;

    @BeforeAll
    static void serve() throws IOException {
        Files.writeString(server.resolve("token"), TOKEN);
        up =
                CirclesProcess.servingAlone(
                        server,
                        """
                        [{"name": "alpha", "port": 0,
                          "sigsocket": {"legacy": true, "tokens": ["file:token"]}}]
                        """);
    }

    @AfterAll
    static void stop() {
        up.close();
    }

    @BeforeEach
    void install() throws IOException, InterruptedException {
        OthersClients.installPackages(folder);
    }

    private CirclesProcess node(Path program) throws IOException {
        String address = "ws://" + up.url(0).getAuthority();
        return CirclesProcess.startAs(
                OthersClients.program("node"), folder, program.toString(), address);
    }

    @Test
    void aWalletLogsInWithPositionalParamsStringIdsAndBatches() throws Exception {
        try (CirclesProcess wallet = node(OthersClients.copy("wallet.mjs", folder))) {
            assertThat(wallet.exitCode()).as(wallet::err).isZero();
            assertThat(wallet.out()).isEqualTo("[[\"log-in\",true],[\"play\",\"a-b\"]]\n");
        }
    }

    @Test
    void aDeviceOfTheOriginalProtocolSignsWhatIsAskedOverHttp() throws Exception {
        Path program = OthersClients.copy("device.mjs", folder);
        String address = "ws://" + up.url(0).getAuthority();
        try (CirclesProcess device =
                CirclesProcess.startAs(
                        OthersClients.program("node"),
                        folder,
                        program.toString(),
                        address,
                        TOKEN)) {
            assertThat(device.exitCode()).as(device::err).isZero();
            assertThat(device.out())
                    .isEqualTo(
                            """
                            [[200,"one",true],[200,"two",true],[200,"three",true],[200,"four",true]]
                            """);
        }
    }

    @Test
    void theExampleRefusesToSignWhatWasMadeForAnotherServer() throws Exception {
        String foreign =
                Files.readString(EXAMPLE).replace("new URL(url).origin", "'ws://elsewhere'");
        Path program = Files.writeString(folder.resolve("play.mjs"), foreign);
        try (CirclesProcess node = node(program)) {
            assertThat(node.exitCode()).isNotZero();
            assertThat(node.err()).contains("this nonce was made for somebody else");
        }
    }
}
