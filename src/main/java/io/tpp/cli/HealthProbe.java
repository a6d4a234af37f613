package io.tpp.cli;

import io.tpp.config.HostPort;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks a health connector once, for at most two seconds. */
final class HealthProbe {
    private static final int TIMEOUT_SECONDS = 2;

    private final URI uri;

    HealthProbe(HostPort listen) {
        this.uri = URI.create("http://" + new HostPort(reachable(listen.host()), listen.port()) + "/healthz");
    }

    /** Nobody listens on "any address" alone, so the loopback address reaches it too. */
    private static String reachable(String host) {
        try {
            return InetAddress.getByName(host).isAnyLocalAddress() ? "127.0.0.1" : host;
        } catch (UnknownHostException e) {
            return host; // The request will say it.
        }
    }

    /** Returns why TPP is not healthy, in one line; null if it is. */
    @Nullable
    String trouble() {
        HttpClient client =
                HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
        CompletableFuture<Integer> status = client.sendAsync(
                        HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                .thenApply(response -> response.statusCode());
        try {
            int code = status.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return code == 200 ? null : "unhealthy: " + uri + " answered " + code;
        } catch (TimeoutException e) {
            return "unhealthy: " + uri + " did not answer within " + TIMEOUT_SECONDS + " s";
        } catch (ExecutionException e) {
            return "unhealthy: cannot reach " + uri + " (" + reason(Failure.unwrapped(e)) + "); is TPP running?";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unhealthy: interrupted";
        }
    }

    /** The JDK's client says nothing of its own when no connection can be made. */
    private static String reason(Throwable failure) {
        if (!(failure instanceof ConnectException) || failure.getMessage() != null) {
            return Failure.describe(failure);
        }
        boolean resolved = !Failure.hasCause(failure, UnresolvedAddressException.class);
        return resolved ? "connection refused" : "unknown host";
    }
}
