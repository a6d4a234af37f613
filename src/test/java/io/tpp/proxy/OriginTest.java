package io.tpp.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.net.CidrBlock;
import io.tpp.net.CidrBlocks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpGenerator;
import org.junit.jupiter.api.Test;

class OriginTest {
    private static final CidrBlocks TRUSTED = new CidrBlocks(List.of(CidrBlock.parse("fd00::/8")));

    private static Origin of(String address) throws Exception {
        return Origin.of(new InetSocketAddress(InetAddress.getByName(address), 4711), TRUSTED);
    }

    private static List<String> lines(Origin origin, String host) {
        return origin.stated(host, "https").fields().stream()
                .map(HttpField::toString)
                .toList();
    }

    @Test
    void anIpv6AddressIsInBracketsAndQuotesWhereItHasAPortAndBareWhereNot() throws Exception {
        assertThat(lines(of("fd00::1"), "[fd00::2]:80"))
                .containsExactly(
                        "X-Forwarded-For: fd00:0:0:0:0:0:0:1",
                        "X-Forwarded-Host: [fd00::2]:80",
                        "X-Forwarded-Proto: https",
                        "Forwarded: for=\"[fd00:0:0:0:0:0:0:1]:4711\";host=\"[fd00::2]:80\";proto=https");
    }

    @Test
    void theZoneOfAnAddressIsNobodysBusiness() throws Exception {
        InetAddress linkLocal = java.net.Inet6Address.getByAddress(
                null, InetAddress.getByName("fe80::1").getAddress(), 1);
        assertThat(lines(Origin.of(new InetSocketAddress(linkLocal, 1), TRUSTED), "h"))
                .contains("X-Forwarded-For: fe80:0:0:0:0:0:0:1")
                .noneMatch(line -> line.contains("%"));
    }

    @Test
    void whatIsNoIpAddressIsUnknownAndNotTrusted() {
        Origin origin = Origin.of(UnixDomainSocketAddress.of("/s"), TRUSTED);
        assertThat(lines(origin, "h"))
                .contains("X-Forwarded-For: unknown", "Forwarded: for=unknown;host=\"h\";proto=https");
        assertThat(origin.isTrusted()).isFalse();
    }

    @Test
    void onlyAddressesOfTheBlocksAreTrusted() throws Exception {
        assertThat(of("fd12::1").isTrusted()).isTrue();
        assertThat(of("fe80::1").isTrusted()).isFalse();
        assertThat(of("127.0.0.1").isTrusted()).isFalse();
    }

    @Test
    void theSameIsNotMadeAgain() throws Exception {
        Origin origin = of("127.0.0.1");
        assertThat(origin.stated("a", "http")).isSameAs(origin.stated("a", "http"));
    }

    @Test
    void nothingThatAHostIsMadeOfEndsALineOrBecomesAnotherCharacterOfTheHead() throws Exception {
        assertThat(sent("h\r\nX-Other: 1")).hasSize(4).noneMatch(line -> line.startsWith("X-Other"));
        assertThat(sent("\u010d\u010ah")).hasSize(4).contains("X-Forwarded-Host:   h");
        assertThat(sent("h\u00e9")).contains("X-Forwarded-Host: h\u00e9");
        assertThat(sent("h:8080")).contains("X-Forwarded-Host: h:8080");
    }

    /** What goes over the wire in HTTP/1.1. */
    private static List<String> sent(String host) throws Exception {
        ByteBuffer wire = ByteBuffer.allocate(1024);
        of("127.0.0.1").stated(host, "https").fields().forEach(field -> HttpGenerator.putTo(field, wire));
        String text = new String(wire.array(), 0, wire.position(), StandardCharsets.ISO_8859_1);
        return List.of(text.split("\r\n"));
    }
}
