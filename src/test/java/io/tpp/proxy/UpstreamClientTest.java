package io.tpp.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.client.transport.HttpResponse;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client for the upstream does with answers that are not the last word. */
class UpstreamClientTest {
    private final Server server = new Server();
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        server.addConnector(new ArmedConnector(server, new ConnectionFactory[] {new HttpConnectionFactory()}));
        client = UpstreamClient.start(Duration.ofSeconds(5), null, server);
    }

    @AfterEach
    void stop() throws Exception {
        client.stop();
    }

    private Object handlerOf(int status) {
        Request request = client.newRequest("http://127.0.0.1:1");
        return client.findProtocolHandler(request, new HttpResponse((HttpRequest) request).status(status));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 102, 103, 199})
    void anInterimAnswerIsKnownAsOneWhileTheClientStops(int status) throws Exception {
        assertThat(handlerOf(status)).isInstanceOf(InterimAnswers.class);
        client.stop();
        assertThat(handlerOf(status)).isInstanceOf(InterimAnswers.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 200, 302, 401, 407})
    void whatElseComesIsPassedOn(int status) {
        assertThat(handlerOf(status)).isNull();
    }
}
