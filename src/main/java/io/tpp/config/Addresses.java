package io.tpp.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Host names, IP addresses and ports as texts. Never asks the name service. */
final class Addresses {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern HOST_PORT = Pattern.compile("(\\[[^\\[\\]]+]|[A-Za-z0-9._-]+):([0-9]{1,5})");

    private Addresses() {}

    static HostPort parseHostPort(String text) throws InvalidValue {
        Matcher matcher = HOST_PORT.matcher(text);
        if (!matcher.matches()) {
            throw InvalidValue.of("must be host:port such as 0.0.0.0:8080 or [::]:8080");
        }
        int port = Integer.parseInt(matcher.group(2));
        if (port > 65_535) {
            throw InvalidValue.of("must have a port between 0 and 65535");
        }
        return new HostPort(parseHost(matcher.group(1)), port);
    }

    /** Returns the host; an IPv6 address, which may stand in brackets, without them. */
    static String parseHost(String text) throws InvalidValue {
        boolean brackets = text.startsWith("[") && text.endsWith("]");
        String host = brackets ? text.substring(1, text.length() - 1) : text;
        boolean ipv6 = brackets || host.indexOf(':') >= 0;
        if (!(ipv6 ? isIpv6(host) : NAME.matcher(host).matches())) {
            throw InvalidValue.of("must be a host name or an IP address, without scheme and port");
        }
        return host;
    }

    private static boolean isIpv6(String host) {
        try {
            // In brackets it is never taken for a name, so nothing is looked up.
            return host.indexOf(':') >= 0 && InetAddress.getByName("[" + host + "]") != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
