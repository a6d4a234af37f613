package io.tpp.proxy;

import io.tpp.access.ApiKeys;
import io.tpp.access.ClientSubjects;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * What the latest request was let in by that came on a connection. Immutable.
 *
 * @param certificate the client's, which stays that of the connection; null: it has none
 * @param subjects which of them were let in; null: all
 * @param key the client's API key; null: none was needed
 */
record Admission(
        @Nullable X509Certificate certificate, @Nullable ClientSubjects subjects, ApiKeys.@Nullable Found key) {
    /** Returns whether a certificate's holder is let in, as {@code known} may have found out before. */
    static boolean isCertified(
            @Nullable ClientSubjects wanted, @Nullable X509Certificate shown, @Nullable Admission known) {
        if (wanted == null) {
            return true;
        }
        if (shown == null) {
            return false;
        }
        boolean knownToBe = known != null && wanted.equals(known.subjects) && shown.equals(known.certificate);
        return knownToBe || wanted.admit(shown);
    }

    /** Returns whether the client would be let in again. */
    boolean holds(@Nullable ClientSubjects nextSubjects, @Nullable ApiKeys nextKeys) {
        boolean keyed = nextKeys == null || (key != null && nextKeys.have(key));
        return keyed && isCertified(nextSubjects, certificate, this);
    }
}
