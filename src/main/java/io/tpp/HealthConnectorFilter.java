package io.tpp;

import io.tpp.admin.AdminServlet;
import io.tpp.admin.StatusServlet;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/**
 * In the WAR, keeps the two connectors apart: health and metrics on the health connector only, the proxy
 * on the others only.
 */
final class HealthConnectorFilter extends HttpFilter {
    /** The name of the health connector. */
    static final String CONNECTOR = "health";

    private static final long serialVersionUID = 1L;

    private final transient HttpServlet health;
    private final transient HttpServlet metrics;
    private final transient HttpServlet status;
    private final transient HttpServlet admin;

    HealthConnectorFilter(HttpServlet health, HttpServlet metrics, HttpServlet status, HttpServlet admin) {
        this.health = health;
        this.metrics = metrics;
        this.status = status;
        this.admin = admin;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        ServletContextRequest core = ServletContextRequest.getServletContextRequest(request);
        if (!CONNECTOR.equals(core.getConnectionMetaData().getConnector().getName())) {
            chain.doFilter(request, response);
        } else if ("/metrics".equals(request.getRequestURI())) {
            metrics.service(request, response);
        } else if (StatusServlet.PATHS.contains(request.getRequestURI())) {
            status.service(request, response);
        } else if (AdminServlet.serves(
                request.getRequestURI().substring(request.getContextPath().length()))) {
            admin.service(request, response);
        } else {
            health.service(request, response);
        }
    }
}
