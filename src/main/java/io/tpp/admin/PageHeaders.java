package io.tpp.admin;

import java.util.Map;

/**
 * What browsers are told about the status page: it runs its own files only, writes no markup made of text (Trusted
 * Types), is framed by nobody, and nothing of it is for other sites. There are no CORS headers.
 */
final class PageHeaders {
    static final Map<String, String> ALL = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                    + "require-trusted-types-for 'script'; trusted-types 'none'",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Referrer-Policy",
            "no-referrer",
            // For browsers that do not know frame-ancestors.
            "X-Frame-Options",
            "DENY");

    private PageHeaders() {}
}
