package io.tpp.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrBlockTest {
    private static boolean contains(String block, String address) throws Exception {
        return CidrBlock.parse(block).contains(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, 11.0.0.0",
        "10.0.0.0/9, 10.127.255.255, 10.128.0.0",
        "192.168.5.4/30, 192.168.5.7, 192.168.5.8",
        "192.168.5.4, 192.168.5.4, 192.168.5.5",
        "0.0.0.0/0, 255.1.2.3, ::1",
        "::/0, fe80::1, 1.2.3.4",
        "fd00::/8, fdff::1, fe00::",
        "2001:db8::/33, 2001:db8:7fff::, 2001:db8:8000::",
        "::1, ::1, ::2",
        "::ffff:10.0.0.1, 10.0.0.1, 10.0.0.2"
    })
    void aBlockContainsWhatBeginsWithItsBits(String block, String inside, String outside) throws Exception {
        assertThat(contains(block, inside)).isTrue();
        assertThat(contains(block, outside)).isFalse();
    }

    @Test
    void anIpv4AddressMappedIntoIpv6IsTheIpv4Address() throws Exception {
        assertThat(contains("10.0.0.0/8", "::ffff:10.1.2.3")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10",
                "10.1",
                "10.0.0",
                "10.0.0.256",
                "010.0.0.1",
                "10.0.0.0.0",
                "10.0.0.0.",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/08",
                "10.0.0.0/",
                "::/129",
                "::1%lo",
                "[::1]",
                "localhost",
                "abc",
                ":::",
                "*"
            })
    void whatIsNoBlockIsRefused(String text) {
        assertThatThrownBy(() -> CidrBlock.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bitsBehindThePrefixAreTakenForAMistake() {
        assertThatThrownBy(() -> CidrBlock.parse("10.1.2.3/8")).hasMessageEndingWith("meant is perhaps 10.0.0.0/8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "1.2.3.4/32", "fd00:0:0:0:0:0:0:0/8"})
    void aBlockIsShownAsItIsWritten(String text) {
        assertThat(CidrBlock.parse(text)).hasToString(text).isEqualTo(CidrBlock.parse(text));
    }

    @Test
    void noBlocksContainNothingAndNoAddressIsInAny() throws Exception {
        CidrBlocks all = new CidrBlocks(List.of(CidrBlock.parse("0.0.0.0/0"), CidrBlock.parse("::/0")));
        assertThat(CidrBlocks.NONE.contain(InetAddress.getLoopbackAddress())).isFalse();
        assertThat(all.contain(InetAddress.getLoopbackAddress())).isTrue();
        assertThat(all.contain(null)).isFalse();
    }
}
