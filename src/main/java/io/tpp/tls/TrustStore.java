package io.tpp.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;

/** The certificates of authorities in the form that the JDK takes them in. Stateless. */
public final class TrustStore {
    private TrustStore() {}

    /** Returns a store, in memory only, that holds these certificates and nothing else. */
    public static KeyStore of(List<X509Certificate> authorities) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry("ca-" + (store.size() + 1), authority);
        }
        return store;
    }
}
