package io.tpp.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tpp.proxy.HeaderRules.Keeps;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Tag;

/** Whatever a head holds: what must not pass does not, and all else does, in its order. */
@Tag("fuzz")
class HeaderRulesFuzzTest {
    private static final Set<String> NEVER = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "transfer-encoding",
            "upgrade");

    private static final Set<String> NOT_OF_A_REQUEST =
            Set.of("host", "expect", "authorization", "x-api-key", "forwarded", "x-real-ip");

    @FuzzTest
    void whatEndsHereNeverPasses(byte[] head) {
        HttpFields from = fields(new String(head, ISO_8859_1));
        HttpFields.Mutable request = HttpFields.build();
        HeaderRules.copyRequest(from, request, new Keeps(false, false, false));
        HttpFields.Mutable response = HttpFields.build();
        HeaderRules.copyResponse(from, response);

        assertThat(response.stream())
                .containsExactlyElementsOf(from.stream()
                        .filter(field -> !NEVER.contains(lower(field)))
                        .filter(field -> !isNamed(from, field))
                        .toList());
        assertThat(request.stream().toList()).isSubsetOf(response.stream().toList());
        assertThat(request.stream().map(HeaderRulesFuzzTest::lower))
                .doesNotContainAnyElementsOf(NOT_OF_A_REQUEST)
                .noneMatch(name -> name.startsWith("x-forwarded-"));
    }

    /** Quoted or not: nobody can be sure what was meant. */
    private static boolean isNamed(HttpFields from, HttpField field) {
        return from.stream()
                .filter(other -> lower(other).equals("connection"))
                .flatMap(other -> Stream.of(other.getValue().replace("\"", "").split(",")))
                .anyMatch(name -> name.strip().equalsIgnoreCase(field.getName()));
    }

    private static String lower(HttpField field) {
        return field.getName().toLowerCase(Locale.ROOT);
    }

    /** As Jetty's parser lets them through. */
    private static HttpFields fields(String head) {
        List<HttpField> fields = new ArrayList<>();
        for (String line : head.split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                fields.add(new HttpField(
                        line.substring(0, colon),
                        line.substring(colon + 1)
                                .replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", "")
                                .strip()));
            }
        }
        return HttpFields.from(fields.toArray(HttpField[]::new));
    }
}
