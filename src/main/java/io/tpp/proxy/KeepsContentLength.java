package io.tpp.proxy;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

/** A response that keeps the upstream's Content-Length, which the servlet's base class would take away before the first write. */
final class KeepsContentLength extends HttpServletResponseWrapper {
    KeepsContentLength(HttpServletResponse response) {
        super(response);
    }

    @Override
    public void setContentLength(int length) {
        if (length >= 0) {
            super.setContentLength(length);
        }
    }
}
