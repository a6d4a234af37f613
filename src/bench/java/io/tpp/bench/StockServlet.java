package io.tpp.bench;

import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.ee10.proxy.AsyncMiddleManServlet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpHeader;

/** The servlet that TPP's extends, as it is. */
final class StockServlet {
    private StockServlet() {}

    public static void main(String[] arguments) throws Exception {
        ServletContextHandler servlets = new ServletContextHandler();
        ServletHolder proxy = new ServletHolder(new Proxy("http://127.0.0.1:" + arguments[1]));
        proxy.setAsyncSupported(true);
        proxy.setInitParameter("maxConnections", "16384");
        servlets.addServlet(proxy, "/*");
        JettyServer.serve(Integer.parseInt(arguments[0]), servlets);
    }

    private static final class Proxy extends AsyncMiddleManServlet {
        private static final long serialVersionUID = 1L;

        private final String upstream;

        Proxy(String upstream) {
            this.upstream = upstream;
        }

        @Override
        protected String rewriteTarget(HttpServletRequest request) {
            String query = request.getQueryString();
            return upstream + request.getRequestURI() + (query == null ? "" : "?" + query);
        }

        @Override
        protected void addProxyHeaders(HttpServletRequest clientRequest, Request upstreamRequest) {
            super.addProxyHeaders(clientRequest, upstreamRequest);
            upstreamRequest.headers(headers -> headers.put(HttpHeader.AUTHORIZATION, JettyServer.TOKEN));
        }
    }
}
