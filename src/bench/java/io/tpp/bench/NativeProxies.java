package io.tpp.bench;

import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Proxies written in C, each one process with one thread, which put the same token into every request. */
final class NativeProxies {
    private static final String NGINX = """
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr crit;
            worker_rlimit_nofile 20000;
            events { worker_connections 16384; }
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              keepalive_requests 100000000;
              keepalive_timeout 600s;
              client_max_body_size 0;
              upstream dolphindb {
                server 127.0.0.1:%2$d;
                keepalive 256;
                keepalive_requests 100000000;
              }
              server {
                listen 127.0.0.1:%1$d backlog=4096;
                location / {
                  proxy_pass http://dolphindb;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_set_header Authorization "Bearer 0123456789abcdef0123456789abcdef";
                  proxy_buffering off;
                  proxy_request_buffering off;
                }
              }
            }
            """;

    private static final String HAPROXY = """
            global
              nbthread 1
              maxconn 4096
            defaults
              mode http
              timeout connect 5s
              timeout client 600s
              timeout server 600s
              http-reuse always
            frontend clients
              bind 127.0.0.1:%1$d backlog 4096
              default_backend dolphindb
            backend dolphindb
              http-request set-header Authorization "Bearer 0123456789abcdef0123456789abcdef"
              server one 127.0.0.1:%2$d
            """;

    private NativeProxies() {}

    static Server nginx(Settings settings, int upstream) throws IOException {
        Path folder = Files.createDirectories(settings.folder().resolve("nginx"));
        int port = Programs.freePort();
        Path config = Files.writeString(folder.resolve("nginx.conf"), NGINX.formatted(port, upstream));
        Command nginx = Command.of(Tools.path("nginx"), "-e", "stderr", "-p", folder + "/", "-c", config);
        return Server.started("nginx", nginx.start(), port, Upstream.SMALL);
    }

    static Server haproxy(Settings settings, int upstream) throws IOException {
        Path folder = Files.createDirectories(settings.folder().resolve("haproxy"));
        int port = Programs.freePort();
        Path config = Files.writeString(folder.resolve("haproxy.cfg"), HAPROXY.formatted(port, upstream));
        Command haproxy = Command.of(Tools.path("haproxy"), "-db", "-f", config);
        return Server.started("HAProxy", haproxy.start(), port, Upstream.SMALL);
    }
}
