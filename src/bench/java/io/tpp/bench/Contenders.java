package io.tpp.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** TPP and the others, all in front of the same upstream. Only one of them is under load at a time. */
record Contenders(List<Server> java, List<Server> others) implements AutoCloseable {
    /** Starts all of them. */
    static Contenders start(Settings settings, int upstream) throws Exception {
        Contenders contenders = new Contenders(new ArrayList<>(), new ArrayList<>());
        try {
            contenders.others.add(NativeProxies.nginx(settings, upstream));
            contenders.others.add(NativeProxies.haproxy(settings, upstream));
            contenders.java.add(JettyProxies.coreHandler(settings, upstream));
            contenders.java.add(JettyProxies.stockServlet(settings, upstream));
            for (TokenProxy.Java java : TokenProxy.Java.values()) {
                int tokens = Math.max(100, settings.connections());
                contenders.java.add(TokenProxy.start(settings, java.label(), java, upstream, tokens, Map.of())
                        .server());
            }
            return contenders;
        } catch (Throwable failed) {
            contenders.close();
            throw failed;
        }
    }

    /** Returns them in the order of the table. */
    List<Server> all() {
        List<Server> all = new ArrayList<>(others);
        all.addAll(java);
        return all;
    }

    @Override
    public void close() {
        all().forEach(Server::close);
    }
}
