package io.tpp.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A block of IP addresses that begin with the same bits, as {@code 10.0.0.0/8} or {@code fd00::/8} (RFC 4632 §3.1, RFC
 * 4291 §2.3). Immutable.
 *
 * <p>An IPv4 address that comes mapped into IPv6 ({@code ::ffff:10.0.0.1}) is the IPv4 address.
 */
public final class CidrBlock {
    private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f:.]+)(?:/(0|[1-9][0-9]{0,2}))?");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})(?:\\.(?!$)|$)){4}");

    private final byte[] address;
    private final int prefix;

    private CidrBlock(byte[] address, int prefix) {
        this.address = address;
        this.prefix = prefix;
    }

    /**
     * Understands a block, or a single address without a length. Never asks the name service.
     *
     * @throws IllegalArgumentException if it is none; also if bits behind the prefix are set, which is mostly a mistake
     */
    public static CidrBlock parse(String text) {
        Matcher matcher = FORM.matcher(text);
        byte[] address = matcher.matches() ? address(matcher.group(1)) : null;
        if (address == null) {
            throw new IllegalArgumentException("is not an address or a block such as 10.0.0.0/8 or fd00::/8");
        }
        int bits = address.length * Byte.SIZE;
        int prefix = matcher.group(2) == null ? bits : Integer.parseInt(matcher.group(2));
        if (prefix > bits) {
            throw new IllegalArgumentException("has a prefix longer than " + bits);
        }
        CidrBlock block = new CidrBlock(masked(address, prefix), prefix);
        if (!Arrays.equals(block.address, address)) {
            throw new IllegalArgumentException("has bits behind its prefix; meant is perhaps " + block);
        }
        return block;
    }

    private static byte @Nullable [] address(String text) {
        try {
            boolean ipv6 = text.indexOf(':') >= 0;
            // Other forms of IPv4, such as 10.1 or 010.0.0.1, mean one thing to some and another to others.
            return ipv6 || IPV4.matcher(text).matches()
                    ? InetAddress.getByName(ipv6 ? "[" + text + "]" : text).getAddress()
                    : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static byte[] masked(byte[] address, int prefix) {
        byte[] masked = new byte[address.length];
        for (int i = 0; i < address.length; i++) {
            masked[i] = (byte) (address[i] & mask(prefix - i * Byte.SIZE));
        }
        return masked;
    }

    /** Returns a byte whose first so many bits are set. */
    private static int mask(int bits) {
        return bits >= Byte.SIZE ? 0xFF : bits <= 0 ? 0 : 0xFF << (Byte.SIZE - bits);
    }

    /** Returns whether an address is in the block; of the other IP version it never is. */
    public boolean contains(InetAddress candidate) {
        byte[] bytes = candidate.getAddress();
        return bytes.length == address.length && Arrays.equals(masked(bytes, prefix), address);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CidrBlock block && prefix == block.prefix && Arrays.equals(address, block.address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(address) + prefix;
    }

    /** Returns the block as it can be written in the configuration. */
    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(address).getHostAddress() + "/" + prefix;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("addresses have 4 or 16 bytes", e);
        }
    }
}
