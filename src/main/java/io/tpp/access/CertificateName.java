package io.tpp.access;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** What a certificate calls its holder. */
public final class CertificateName {
    private static final int MAX_LENGTH = 200;

    /** Else these come as numbers, and their values as bytes. */
    private static final Map<String, String> FURTHER_TYPES = Map.of(
            "1.2.840.113549.1.9.1", "EMAILADDRESS",
            "2.5.4.5", "SERIALNUMBER",
            "2.5.4.4", "SURNAME",
            "2.5.4.42", "GIVENNAME",
            "2.5.4.12", "TITLE");

    private CertificateName() {}

    /** Returns the subject as a client's name, fit to be logged. */
    public static String of(X509Certificate certificate) {
        String subject = text(certificate).replaceAll("\\p{Cntrl}", "?");
        if (subject.isEmpty()) {
            return "certificate " + certificate.getSerialNumber().toString(16);
        }
        return subject.length() > MAX_LENGTH ? subject.substring(0, MAX_LENGTH) + "..." : subject;
    }

    /** Returns the parts of the subject, the most general one first; none if it has none that can be understood. */
    static List<Rdn> parts(X509Certificate certificate) {
        try {
            return new LdapName(text(certificate)).getRdns();
        } catch (InvalidNameException e) {
            return List.of();
        }
    }

    private static String text(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName(X500Principal.RFC2253, FURTHER_TYPES);
    }
}
