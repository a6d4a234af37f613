package io.tpp.bench;

import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** The nginx behind all proxies: a small JSON answer, files to download, and a login that gives a new token each time. */
final class Upstream {
    /** What is asked for when nothing else matters; its answer has 113 bytes. */
    static final String SMALL = "/api/execute";

    private static final String ANSWER =
            "{\"session\":\"2333906441\",\"user\":\"admin\",\"code\":\"0\",\"message\":\"\",\"result\":[\""
                    + "x".repeat(36) + "\"]}";

    private static final String CONFIG = """
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
              sendfile on;
              tcp_nodelay on;
              default_type application/json;
              server {
                listen 127.0.0.1:%d backlog=4096;
                location /file/ { alias files/; default_type application/octet-stream; }
                location = /api/login {
                  return 200 '{"session":"1","user":"admin","code":"0","message":"","result":["$request_id"]}';
                }
                location / { return 200 '%s'; }
              }
            }
            """;

    private Upstream() {}

    static Server start(Settings settings) throws IOException {
        Path folder = Files.createDirectories(settings.folder().resolve("upstream"));
        Files.createDirectories(folder.resolve("files"));
        file(folder.resolve("files/1MiB"), 1L << 20);
        file(folder.resolve("files/1GiB"), 1L << 30);
        int port = Programs.freePort();
        Path config = Files.writeString(folder.resolve("nginx.conf"), CONFIG.formatted(port, ANSWER));
        return Server.started(
                "direct",
                Command.of(Tools.path("nginx"), "-e", "stderr", "-p", folder + "/", "-c", config)
                        .start(),
                port,
                SMALL);
    }

    /** Holes take no room on the disk. */
    private static void file(Path path, long length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(length);
        }
    }
}
