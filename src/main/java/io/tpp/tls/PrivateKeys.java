package io.tpp.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Private keys: from the bytes of a PEM block, and whether one belongs to a certificate.
 *
 * <p>The JDK understands PKCS#8 ({@code PRIVATE KEY}, RFC 5958). The two older forms that OpenSSL still writes are what
 * stands inside of PKCS#8, so they are only put into it: PKCS#1 ({@code RSA PRIVATE KEY}, RFC 8017 appendix A.1.2) and
 * SEC 1 ({@code EC PRIVATE KEY}, RFC 5915).
 */
final class PrivateKeys {
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    /** The tag of a SEC 1 key's curve. */
    private static final int PARAMETERS = 0xa0;

    /** PKCS#8's version, 0. */
    private static final byte[] VERSION = HexFormat.of().parseHex("020100");

    /** An algorithm identifier's content: rsaEncryption, 1.2.840.113549.1.1.1, without parameters. */
    private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");

    /** The same for id-ecPublicKey, 1.2.840.10045.2.1; the curve follows. */
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private PrivateKeys() {}

    /** Understands a key by the label of its PEM block. */
    static PrivateKey decode(String label, byte[] der) throws PemException {
        byte[] pkcs8 = switch (label) {
            case "PRIVATE KEY" -> der;
            case "RSA PRIVATE KEY" -> pkcs8(RSA, der);
            case "EC PRIVATE KEY" -> pkcs8(concatenated(EC, curve(der)), der);
            default -> throw new PemException("holds a " + label + ", which is of no use for TLS");
        };
        for (String algorithm : ALGORITHMS) {
            PrivateKey key = decodeAs(algorithm, pkcs8);
            if (key != null) {
                return key;
            }
        }
        throw new PemException("holds a damaged key, or one that is not RSA, EC or EdDSA");
    }

    private static @Nullable PrivateKey decodeAs(String algorithm, byte[] pkcs8) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, concatenated(VERSION, der(SEQUENCE, algorithm), der(OCTET_STRING, key)));
    }

    /** Returns the name of the curve within a SEC 1 key: the content of the field that says it. */
    private static byte[] curve(byte[] sec1) throws PemException {
        try {
            int position = contentStart(sec1, 0);
            while (position < sec1.length) {
                int start = contentStart(sec1, position);
                int end = start + length(sec1, position);
                if ((sec1[position] & 0xff) == PARAMETERS) {
                    return Arrays.copyOfRange(sec1, start, end);
                }
                position = end;
            }
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new PemException("holds a damaged key");
        }
        throw new PemException("holds a key that does not say its curve; `openssl pkey` writes one that does");
    }

    /** Returns where the content of the DER value begins that begins at {@code position}. */
    private static int contentStart(byte[] der, int position) {
        int length = der[position + 1] & 0xff;
        return position + 2 + (length < 0x80 ? 0 : length & 0x7f);
    }

    /** Returns the length of that content. */
    private static int length(byte[] der, int position) {
        int first = der[position + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = position + 2; i < contentStart(der, position); i++) {
            length = Math.addExact(Math.multiplyExact(length, 0x100), der[i] & 0xff);
        }
        return length;
    }

    /** Returns a DER value (X.690 §8.1). */
    private static byte[] der(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            byte[] length = HexFormat.of().parseHex("%08x".formatted(content.length));
            int zeros = Integer.numberOfLeadingZeros(content.length) / 8;
            out.write(0x80 + length.length - zeros);
            out.write(length, zeros, length.length - zeros);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** Returns whether what one signs, the other verifies. */
    static boolean match(PrivateKey privateKey, PublicKey publicKey) {
        byte[] probe = {1};
        try {
            Signature signature = Signature.getInstance(signatureOf(privateKey));
            signature.initSign(privateKey);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            // One of another kind.
            return false;
        }
    }

    private static String signatureOf(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
    }
}
