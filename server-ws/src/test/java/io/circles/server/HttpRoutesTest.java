package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.server.transport.Admission.Destination;
import io.circles.server.transport.Admission.Refused;
import io.circles.server.transport.Admission.Routed;
import io.circles.server.transport.Route;
import io.circles.server.transport.RoutePath;
import io.circles.server.transport.RouteRequest;
import io.circles.server.transport.RouteResponse;
import io.circles.server.transport.RoutesInFlight;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRoutesTest {
    private static final HttpRoutes ROUTES =
            new HttpRoutes(
                    Stream.of("", "ws"),
                    List.of(
                            Route.get(
                                    RoutePath.of("connected/{public_key}"),
                                    asked ->
                                            RouteResponse.text(200, asked.parameter("public_key"))),
                            new Route(
                                    "POST",
                                    RoutePath.of("sign"),
                                    Optional.empty(),
                                    Route.Guard.OPEN,
                                    _ -> RouteResponse.text(200, "signed"))),
                    new RoutesInFlight(1),
                    new RoutesInFlight(1));

    private static Destination route(String method, String path) {
        return ROUTES.at(path).orElseThrow().by(method);
    }

    private static RouteResponse answer(String method, String path) throws InterruptedException {
        Routed routed = (Routed) route(method, path);
        RouteRequest request =
                new RouteRequest(method, routed.parameters(), Map.of(), new byte[0], "127.0.0.1");
        return routed.route().handler().answer(request);
    }

    @Test
    void aRouteIsFoundByItsPathAndMethodAndGetsItsParameters() throws InterruptedException {
        assertThat(answer("POST", "sign").status()).isEqualTo(200);
        assertThat(answer("GET", "connected/a/b").body()).asString().isEqualTo("a/b");
        assertThat(answer("HEAD", "connected/a").body()).asString().isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sig", "sign/", "connected", "connected/", "mpc", "status", "WS"})
    void whereNothingIsNothingIsFound(String path) {
        assertThat(ROUTES.at(path)).isEmpty();
    }

    @Test
    void anotherMethodIsToldWhichThereAre() {
        assertThat(route("GET", "sign"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> {
                            assertThat(refused.status()).isEqualTo(405);
                            assertThat(refused.headers())
                                    .isEqualTo(Map.of("Allow", "POST, OPTIONS"));
                        });
        assertThat(route("BREW", "connected/a"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(refused.headers())
                                        .isEqualTo(Map.of("Allow", "GET, HEAD, OPTIONS")));
    }

    @Test
    void optionsNamesTheMethodsAndGivesNoPageLeave() throws InterruptedException {
        RouteResponse answer = answer("OPTIONS", "sign");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers()).isEqualTo(Map.of("Allow", "POST, OPTIONS"));
    }

    @Test
    void aSocketTellsWhoAsksPlainlyToUpgrade() throws InterruptedException {
        for (String path : List.of("", "ws")) {
            RouteResponse answer = answer("GET", path);

            assertThat(answer.status()).isEqualTo(426);
            assertThat(answer.headers()).containsEntry("Upgrade", "websocket");
        }
    }
}
