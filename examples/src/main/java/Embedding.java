import io.circles.client.CircleClient;
import io.circles.protocol.CircleException;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Capability;
import io.circles.script.engine.GraalScriptExecutor;
import io.circles.server.CircleConfig;
import io.circles.server.CircleHost;
import io.circles.server.CircleServer;
import io.circles.server.Limit;
import io.circles.server.Limits;
import io.circles.server.session.Access;
import io.circles.server.session.Members;
import io.circles.server.session.Origin;
import io.circles.server.session.Rank;
import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Serves a circle from a program of one's own, without the launcher and without circles.json, and
/// plays in it as two callers: one is a member, the other is not.
public class Embedding {
    public static void main(String[] arguments) throws Exception {
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9003;
        SecureRandom random = new SecureRandom();
        // A circle is its key. To keep it: toPem() writes it as text, KeyPair.parsePem() reads it.
        KeyPair circleKey = KeyPair.generate(random);
        KeyPair ada = KeyPair.generate(random);
        KeyPair stranger = KeyPair.generate(random);

        // Two scripts run at once, 100 more may wait. The host closes what runs them.
        try (CircleHost host = CircleHost.start(new GraalScriptExecutor(2, 100))) {
            CircleServer circle = host.mount(shop(circleKey, port, ada.publicKey()));
            play("ada", ada, circle.url(), "`Hello, ${args.name}`");
            play("ada", ada, circle.url(), "for (;;) {}");
            play("stranger", stranger, circle.url(), "1");
        }
    }

    /// What the circle is made of. What is not said has the default of circles.json.
    private static CircleConfig shop(KeyPair key, int port, PublicKey member) {
        return CircleConfig.builder("shop", key)
                .host("127.0.0.1")
                .port(port)
                .origins(
                        List.of(
                                Origin.parse("ws://127.0.0.1:" + port),
                                Origin.parse("wss://shop.example.com")))
                .webOrigins(List.of("https://www.example.com"))
                .members(new Members(Set.of(), Map.of(member, List.of("staff"))))
                .access(
                        new Access(
                                Map.of(
                                        Rank.AUTHENTICATED, Set.of(),
                                        Rank.MEMBER, Set.of(Capability.PLAY))))
                .limits(
                        Limits.DEFAULTS
                                .with(Limit.WALL_MS, 300)
                                .with(Limit.MEMORY, 32 << 20)
                                .with(Limit.CONNECTIONS, 10))
                .build();
    }

    private static void play(String who, KeyPair key, URI circle, String script)
            throws InterruptedException {
        try (CircleClient client = CircleClient.builder(circle).keyPair(key).connect()) {
            String roles = String.join(", ", client.whoami().roles());
            String output = client.play(script, Map.of("name", who)).output();
            System.out.println(who + " (" + roles + "): " + output);
        } catch (CircleException e) {
            System.out.println(who + " is refused: " + e.code().kind());
        }
    }
}
