package io.tpp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.TestCertificates;
import java.nio.file.Path;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * All of h2spec, in clear and over TLS.
 *
 * <p>TPP's HTTP/2 is Jetty's, so what a Jetty with nothing in it fails too is Jetty's; anything more would be TPP's.
 */
@Tag("conformance")
class H2SpecIT {
    private static final int CASES = 145;
    private static final int TOKENS = 16;

    @Test
    void nothingFailsThatPassesWithBareJetty() throws Exception {
        Server jetty = bareJetty();
        jetty.start();
        try (DolphinDbSimulator simulator = DolphinDbSimulator.start();
                ProxyJar tpp = ProxyJar.inFrontOf(simulator, TOKENS)) {
            H2Spec.Report expected = H2Spec.run(((ServerConnector) jetty.getConnectors()[0]).getLocalPort(), false);
            assertThat(expected.run()).isEqualTo(CASES);
            assertNothingMoreFails(H2Spec.run(tpp.port(), false), expected);
            assertNothingMoreFails(overTls(simulator), expected);
        } finally {
            jetty.stop();
        }
    }

    private static H2Spec.Report overTls(DolphinDbSimulator simulator) throws Exception {
        Path folder = Packages.folder("h2spec-tls");
        String[] settings = TestCertificates.in(folder).settings();
        try (ProxyJar tpp = ProxyJar.inFrontOf(simulator, TOKENS, settings)) {
            return H2Spec.run(tpp.port(), true);
        }
    }

    private static void assertNothingMoreFails(H2Spec.Report report, H2Spec.Report expected) {
        assertThat(report.run()).isEqualTo(CASES);
        assertThat(expected.failed()).containsAll(report.failed());
    }

    private static Server bareJetty() {
        Server server = new Server();
        ServerConnector connector =
                new ServerConnector(server, new HTTP2CServerConnectionFactory(new HttpConfiguration()));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                Content.Source.consumeAll(
                        request,
                        Callback.from(() -> Content.Sink.write(response, true, "hello", callback), callback::failed));
                return true;
            }
        });
        return server;
    }
}
