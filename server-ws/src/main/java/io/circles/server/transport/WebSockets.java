package io.circles.server.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.server.transport.Admission.Admitted;
import io.circles.server.transport.Admission.Refused;
import io.circles.server.transport.Admission.Verdict;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpResponseException;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.SessionHandler;
import org.eclipse.jetty.ee10.websocket.server.JettyServerUpgradeRequest;
import org.eclipse.jetty.ee10.websocket.server.JettyServerUpgradeResponse;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.session.NullSessionCache;
import org.eclipse.jetty.session.NullSessionDataStore;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;
import org.jspecify.annotations.Nullable;

/// The process's one Javalin: lets clients in as the [Admission] says, and hands their frames to
/// their connections; requests that want no WebSocket go to [PlainHttp]. Thread-safe.
public final class WebSockets implements AutoCloseable {
    private static final String VERDICT = "verdict";
    private static final String VERSION = "13";

    /// Tells a client how many bytes a text frame may have. What is past twice as much is not read,
    /// and so cannot be answered.
    private static final String MESSAGE_LIMIT = "Circles-Message-Limit";

    private final Admission admission;
    private final Executor threads;
    private final ScheduledExecutorService timer;
    private final PlainHttp plainHttp;
    private final Javalin javalin;
    private volatile @Nullable Ports ports;

    /// Starts without a port.
    ///
    /// @param threads on which connections and routes do their work
    public WebSockets(Admission admission, Executor threads, ScheduledExecutorService timer) {
        this.admission = admission;
        this.threads = threads;
        this.timer = timer;
        this.plainHttp = new PlainHttp(admission, threads, timer);
        this.javalin = Javalin.create(this::configure).start();
    }

    /// Takes one more address. Clients can connect from now on, and wait until
    /// [Listening#accept].
    ///
    /// @throws IOException if it cannot, such as [java.net.BindException]
    public Listening bind(InetSocketAddress address) throws IOException {
        Ports.Port port = Objects.requireNonNull(ports).bind(address);
        return new Listening(port.address(), port::accept, port);
    }

    /// An address that was taken. Not thread-safe.
    ///
    /// @param address with the port that was chosen where 0 was asked for
    /// @param accept serves those who connect
    /// @param port closes that port and nothing else
    public record Listening(InetSocketAddress address, Runnable accept, Closeable port) {}

    /// Closes every port and every connection at once.
    @Override
    public void close() {
        javalin.stop();
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.startup.showOldJavalinVersionWarning = false;
        QueuedThreadPool pool = new QueuedThreadPool();
        pool.setName("network");
        pool.setDaemon(true);
        config.jetty.threadPool = pool;
        config.jetty.modifyHttpConfiguration(WebSockets::configureHttp);
        config.jetty.modifyServletContextHandler(WebSockets::configureContext);
        config.jetty.addConnector((server, http) -> ports = new Ports(server, http));
        config.routes.wsBeforeUpgrade(this::beforeUpgrade);
        config.routes.ws("/", _ -> {});
        config.routes.ws("/<path>", _ -> {});
        config.jetty.modifyWebSocketServletFactory(
                factory -> factory.addMapping("/*", this::socket));
        // of every method, those without a name too
        config.routes.before(this::takePlainHttp);
    }

    private static void configureHttp(HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setUriCompliance(
                UriCompliance.DEFAULT.with(
                        "keys in base64",
                        UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                        UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT));
    }

    private static void configureContext(ServletContextHandler context) {
        // Each upgrade makes an HTTP session that would never expire; keep none.
        SessionHandler sessions = new SessionHandler();
        NullSessionCache cache = new NullSessionCache(sessions);
        cache.setSessionDataStore(new NullSessionDataStore());
        sessions.setSessionCache(cache);
        sessions.setUsingCookies(false);
        context.setSessionHandler(sessions);
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        context.addEventListener(
                new LifeCycle.Listener() {
                    @Override
                    public void lifeCycleStarted(LifeCycle event) {
                        // Compression costs up to three times the processor for small messages.
                        WebSocketServerComponents.getWebSocketComponents(context)
                                .getExtensionRegistry()
                                .unregister("permessage-deflate");
                    }
                });
    }

    private void beforeUpgrade(Context http) {
        Admission.RequestHead head = request(http);
        admission.headers(head).forEach(http::header);
        requireHandshake(http);
        Verdict verdict = admission.decide(head);
        switch (verdict) {
            case Refused refused -> throw refusal(refused);
            case Admitted admitted -> {
                http.header(MESSAGE_LIMIT, Long.toString(admitted.limits().message()));
                http.attribute(VERDICT, admitted);
            }
        }
    }

    /// What every WebSocket client sends (RFC 6455, section 4.1).
    private static void requireHandshake(Context http) {
        if (!VERSION.equals(http.header(Header.SEC_WEBSOCKET_VERSION))) {
            http.header(Header.SEC_WEBSOCKET_VERSION, VERSION);
            throw new HttpResponseException(426, "Connect with WebSocket version 13.\n");
        }
        if (http.header(Header.SEC_WEBSOCKET_KEY) == null) {
            throw new HttpResponseException(400, "The header Sec-WebSocket-Key is missing.\n");
        }
    }

    private static HttpResponseException refusal(Refused refused) {
        return new HttpResponseException(refused.status(), refused.reason());
    }

    private void takePlainHttp(Context http) {
        http.skipRemainingHandlers();
        Admission.RequestHead head = request(http);
        admission.headers(head).forEach(http::header);
        plainHttp.take(http, head);
    }

    private static Admission.RequestHead request(Context http) {
        InetSocketAddress local =
                new InetSocketAddress(http.req().getLocalAddr(), http.req().getLocalPort());
        return new Admission.RequestHead(
                local,
                decoded(http.req().getRequestURI()),
                Objects.requireNonNullElse(http.req().getQueryString(), ""),
                http.header(Header.HOST),
                http.header(Header.ORIGIN));
    }

    /// A path may be any bytes that a client chose; what is wrongly encoded stays as it is, and
    /// names no circle.
    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }

    /// Javalin lets clients in and finds where they want to go. Their frames come to us without it,
    /// for it does not hand pongs on.
    private JettySocket socket(
            JettyServerUpgradeRequest request, JettyServerUpgradeResponse response) {
        Admitted admitted =
                (Admitted)
                        Objects.requireNonNull(
                                request.getHttpServletRequest().getAttribute(VERDICT));
        return new JettySocket(admitted, threads, timer);
    }
}
