package io.tpp.admin;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages of other sites, in the browser of someone who can reach the health connector, from asking it.
 *
 * <p>A page of another site cannot read the answer anyway, as there are no CORS headers. It is refused as soon as the
 * browser says who asks: by {@code Sec-Fetch-Site} (Fetch Metadata), which browsers send to trustworthy addresses, or by
 * {@code Origin} (RFC 6454 §7). Only to follow a link to the page is allowed.
 *
 * <p>A site whose name its owner points to this address (DNS rebinding) would be the same site to the browser. So the
 * name in {@code Host} must be one that such an owner cannot have: an IP address, a name without a dot, one below a
 * top-level domain that is for local use, or one that was told. Clients that are no browsers send what they like; they
 * could as well leave it out.
 */
final class SameSite {
    private static final Set<String> OWN = Set.of("same-origin", "none");
    private static final Pattern PORT = Pattern.compile(":\\d*$");
    private static final Pattern SCHEME = Pattern.compile("^https?://");
    private static final Pattern IP_ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

    /** RFC 6761 and 6762, ICANN's reserved {@code internal}, and what Kubernetes calls services. */
    private static final Pattern LOCAL_NAME = Pattern.compile("[^.]+|.+\\.(localhost|local|internal|home\\.arpa|svc)");

    private final Set<String> hosts;

    /** {@code hosts} are further names by which the page may be opened, in lower case. */
    SameSite(Set<String> hosts) {
        this.hosts = Set.copyOf(hosts);
    }

    /** Returns why the request is refused, in one line; null: it is not. */
    @Nullable
    String refusal(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null && !OWN.contains(site) && !isLink(request)) {
            return "a page of another site may not ask this";
        }
        String host = String.valueOf(request.getHeader("Host")).toLowerCase(Locale.ROOT);
        String origin = request.getHeader("Origin");
        if (origin != null
                && !SCHEME.matcher(origin)
                        .replaceFirst("")
                        .toLowerCase(Locale.ROOT)
                        .equals(host)) {
            return "a page of another origin may not ask this";
        }
        return isOwn(PORT.matcher(host).replaceFirst(""))
                ? null
                : "TPP does not know this name of it; use its IP address, or add the name to health_hosts";
    }

    private static boolean isLink(HttpServletRequest request) {
        return "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && "document".equals(request.getHeader("Sec-Fetch-Dest"));
    }

    private boolean isOwn(String name) {
        return IP_ADDRESS.matcher(name).matches() || LOCAL_NAME.matcher(name).matches() || hosts.contains(name);
    }
}
