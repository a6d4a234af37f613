package io.tpp;

import io.tpp.config.HostPort;
import io.tpp.config.TppConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Whether everybody who reaches the port may do what the pool's users may: then somebody should have decided so. */
final class OpenDoor {
    private OpenDoor() {}

    /** Returns whether clients are served in clear, from other machines, and whoever they are. */
    static boolean isOpen(TppConfig config) {
        TppConfig.Access access = config.access();
        boolean ruled = access.allow() != null || access.apiKeys() != null;
        return config.tls() == null && !ruled && !isLoopback(config.listen());
    }

    private static boolean isLoopback(HostPort listen) {
        try {
            return InetAddress.getByName(listen.host()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Says what that means. */
    static String warning(HostPort listen) {
        return "Whoever reaches " + listen + " acts as the users of the pool, and can read and change what they can:"
                + " there is no TLS and no rule of access. Set access.allow or access.api_keys_file, or tls.cert_file with"
                + " tls.client_ca_file, or bind listen to 127.0.0.1";
    }
}
