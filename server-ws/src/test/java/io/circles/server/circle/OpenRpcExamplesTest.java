package io.circles.server.circle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.crypto.Signature;
import io.circles.server.transcript.Cast;
import org.junit.jupiter.api.Test;

/// The examples of `openrpc.json` are good in themselves. [OpenRpcIT] replays them.
class OpenRpcExamplesTest {

    @Test
    void everyMethodHasExamplesThatFitItsSchemas() {
        for (JsonNode method : Discovered.document().path("methods")) {
            String name = method.path("name").asText();
            assertThat(method.path("examples").isEmpty())
                    .as(name + " has no examples")
                    .isEqualTo("rpc.discover".equals(name));
            for (JsonNode example : method.path("examples")) {
                assertFits(method, example);
            }
        }
    }

    private static void assertFits(JsonNode method, JsonNode example) {
        for (JsonNode given : example.path("params")) {
            JsonNode param =
                    method.path("params")
                            .valueStream()
                            .filter(p -> p.path("name").equals(given.path("name")))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError("no such param: " + given));
            assertThat(Schemas.misfits(param.path("schema"), given.path("value"))).isEmpty();
        }
        assertThat(example.has("result")).isEqualTo(method.has("result"));
        if (method.has("result")) {
            JsonNode schema = method.at("/result/schema");
            assertThat(Schemas.misfits(schema, example.at("/result/value"))).isEmpty();
        }
    }

    @Test
    void theSignaturesInTheExamplesAreThoseOfTheNonceInThem() {
        JsonNode nonce = Discovered.callable().get("fetch_nonce").at("/examples/0/result/value");
        String text = nonce.path("nonce").asText();
        String answer =
                Discovered.callable().get("authenticate").at("/examples/0/params/1/value").asText();
        assertVerifies(nonce.path("proof").asText(), Cast.CIRCLE, CircleApi.Nonce.proven(text));
        assertVerifies(answer, Cast.ALICE, text.getBytes(UTF_8));
    }

    private static void assertVerifies(String signature, Cast signer, byte[] message) {
        assertThat(Signature.parse(signature).verifies(signer.pair().publicKey(), message))
                .isTrue();
    }
}
