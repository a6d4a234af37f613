package io.tpp.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.X509Certificate;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificates a pattern means. */
class SubjectPatternTest {
    private static final X509Certificate ETL = new HeldCertificate.Builder()
            .commonName("etl-1")
            .organizationalUnit("data")
            .addSubjectAlternativeName("Etl.batch.example.com")
            .build()
            .certificate();

    /** Whose common name alone looks like two parts. */
    private static final X509Certificate SLY =
            new HeldCertificate.Builder().commonName("etl-1,OU=data").build().certificate();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=etl-1,OU=data | true",
                "cn=etl-1, ou=data | true",
                "CN=etl-*,OU=data | true",
                "CN=*,OU=* | true",
                "CN=*1,OU=d*a | true",
                "CN=etl-1 | false",
                "OU=data,CN=etl-1 | false",
                "CN=etl,OU=data | false",
                "CN=ETL-1,OU=data | false",
                "CN=etl.1,OU=data | false",
                "O=data,CN=etl-1 | false",
                "DNS:*.batch.example.com | true",
                "DNS:etl.BATCH.example.com | true",
                "DNS:batch.example.com | false",
                "URI:*.batch.example.com | false",
                "EMAIL:* | false"
            })
    void aPatternMeansAWholeSubjectOrAnAlternativeName(String pattern, boolean meant) {
        assertThat(SubjectPattern.parse(pattern).means(ETL)).isEqualTo(meant);
    }

    @Test
    void aCommaWithinANameIsNoBorderBetweenTwo() {
        assertThat(SubjectPattern.parse("CN=*,OU=data").means(SLY)).isFalse();
        assertThat(SubjectPattern.parse("CN=*").means(SLY)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "etl", "DNS:", "CN=", "CN=a+OU=b", "=x", "IP:10.0.0.1", "CN=#0401"})
    void whatIsNoPatternIsRefused(String text) {
        if (text.equals("CN=")) {
            assertThat(SubjectPattern.parse(text).means(ETL)).isFalse();
        } else {
            assertThatThrownBy(() -> SubjectPattern.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
