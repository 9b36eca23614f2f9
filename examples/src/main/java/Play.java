import io.circles.client.CircleClient;
import io.circles.protocol.crypto.KeyPair;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Map;

/// Logs in to a circle with a new key, and plays a script there.
public class Play {
    public static void main(String[] arguments) throws Exception {
        URI address = URI.create(arguments.length > 0 ? arguments[0] : "ws://127.0.0.1:9001");
        KeyPair key = KeyPair.generate(new SecureRandom());
        try (CircleClient circle = CircleClient.builder(address).keyPair(key).connect()) {
            System.out.println(circle.play("args.x * 2", Map.of("x", 10)).output());
        }
    }
}
