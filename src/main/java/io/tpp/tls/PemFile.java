package io.tpp.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What a PEM file holds (RFC 7468): certificates, a private key. Text around the blocks is allowed.
 *
 * <p>Immutable. It has no {@code toString} of its own, because it may hold a key.
 */
public final class PemFile {
    private static final int MAX_BYTES = 1024 * 1024;
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";
    private static final String CERTIFICATE = "CERTIFICATE";

    private final String text;
    private final List<Block> blocks;

    private PemFile(String text, List<Block> blocks) {
        this.text = text;
        this.blocks = blocks;
    }

    /** One block: the text between its first and its last line, and what these call it. */
    private static final class Block {
        final String label;
        final String content;

        Block(String label, String content) {
            this.label = label;
            this.content = content;
        }

        /** Whatever is no Base64 is skipped; what then is missing shows when the bytes are understood. */
        byte[] bytes() throws PemException {
            try {
                return Base64.getMimeDecoder().decode(content);
            } catch (IllegalArgumentException e) {
                throw new PemException("holds a damaged " + label);
            }
        }
    }

    /**
     * Reads a file.
     *
     * @throws PemException if it cannot be read; whether it holds anything of use is not looked at
     */
    public static PemFile read(Path path) throws PemException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new PemException("cannot be read: it is larger than " + MAX_BYTES + " bytes");
            }
            String text = new String(content, StandardCharsets.ISO_8859_1);
            return new PemFile(text, blocks(text));
        } catch (NoSuchFileException e) {
            throw new PemException("does not exist");
        } catch (AccessDeniedException e) {
            throw new PemException("may not be read by this user");
        } catch (IOException e) {
            throw new PemException("cannot be read: " + e.getMessage());
        }
    }

    private static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        int begin = text.indexOf(BEGIN);
        while (begin >= 0) {
            int labelEnd = text.indexOf(DASHES, begin + BEGIN.length());
            String label = labelEnd < 0 ? "" : text.substring(begin + BEGIN.length(), labelEnd);
            int contentStart = labelEnd + DASHES.length();
            int end = labelEnd < 0 ? -1 : text.indexOf("-----END " + label + DASHES, contentStart);
            // One without an end is a block as well: a damaged one.
            blocks.add(new Block(label, end < 0 ? "" : text.substring(contentStart, end)));
            begin = text.indexOf(BEGIN, end < 0 ? begin + BEGIN.length() : end);
        }
        return blocks;
    }

    /**
     * Returns the certificates of a file that may hold other things too.
     *
     * @return at least one, in the order of the file
     */
    public List<X509Certificate> certificates() throws PemException {
        if (!text.contains(CERTIFICATE + DASHES)) {
            throw new PemException("holds no certificate in PEM");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks) {
            if (block.label.equals(CERTIFICATE)) {
                certificates.add(certificate(block.bytes()));
            }
        }
        if (certificates.isEmpty()) {
            throw new PemException("holds no certificate in PEM");
        }
        return certificates;
    }

    private static X509Certificate certificate(byte[] der) throws PemException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new PemException("holds a damaged certificate");
        }
    }

    /** As {@link #certificates}, but of a file that is to hold nothing else: a key in it was put there by mistake. */
    public List<X509Certificate> onlyCertificates() throws PemException {
        try {
            List<X509Certificate> certificates = certificates();
            if (certificates.size() == blocks.size()) {
                return certificates;
            }
        } catch (PemException e) {
            if (!text.contains(CERTIFICATE + DASHES)) {
                throw e;
            }
        }
        throw new PemException("holds a damaged certificate or something else besides certificates");
    }

    /** Returns the private key; the file may hold other things too, but no second key. */
    public PrivateKey privateKey() throws PemException {
        List<Block> keys = blocks.stream()
                .filter(block -> block.label.endsWith("PRIVATE KEY"))
                .toList();
        if (keys.size() != 1) {
            throw new PemException(
                    keys.isEmpty() ? "holds no private key in PEM" : "holds " + keys.size() + " private keys");
        }
        Block key = keys.get(0);
        // The older way to say it: RFC 1421 header lines within the block.
        if (key.label.startsWith("ENCRYPTED") || key.content.contains("ENCRYPTED")) {
            throw new PemException("holds an encrypted key, which TPP does not decrypt; `openssl pkey` does");
        }
        return PrivateKeys.decode(key.label, key.bytes());
    }
}
