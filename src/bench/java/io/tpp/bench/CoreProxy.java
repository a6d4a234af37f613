package io.tpp.bench;

import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.proxy.ProxyHandler;

/** Jetty's proxy without servlets. */
final class CoreProxy {
    private CoreProxy() {}

    public static void main(String[] arguments) throws Exception {
        JettyServer.serve(Integer.parseInt(arguments[0]), new Handler("127.0.0.1:" + arguments[1]));
    }

    private static final class Handler extends ProxyHandler.Reverse {
        Handler(String upstream) {
            super(request -> HttpURI.build(request.getHttpURI()).scheme("http").authority(upstream));
        }

        @Override
        protected void addProxyHeaders(org.eclipse.jetty.server.Request clientRequest, Request upstreamRequest) {
            upstreamRequest.headers(headers -> headers.put(HttpHeader.AUTHORIZATION, JettyServer.TOKEN));
        }
    }
}
