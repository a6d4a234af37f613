package io.tpp;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which package may know which. */
class ArchitectureTest {
    private static final Pattern METRIC_NAME = Pattern.compile("\"tpp_[a-z]");

    private static JavaClasses main;

    @BeforeAll
    static void read() {
        main = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.tpp");
        assertThat(main.size()).isGreaterThan(100);
    }

    private static void check(ArchRule rule) {
        rule.check(main);
    }

    /** Only the composition root, {@code io.tpp} itself, knows everything. */
    @ParameterizedTest
    @CsvSource({
        "secret, ''",
        "token, secret",
        "net, ''",
        "access, secret",
        "config, secret token tls net access",
        "pool, token",
        "rotation, config token",
        "dolphindb, token secret tls json",
        "json, ''",
        "tls, ''",
        "proxy, pool token dolphindb net access",
        "admin, pool status json secret",
        "metrics, pool token proxy",
        "status, pool proxy metrics token config json",
        "telemetry, config secret",
        "cli, config telemetry access secret",
        "simulator, secret"
    })
    void aPackageKnowsOnlyThese(String name, String known) {
        String self = "io.tpp." + name + "..";
        String[] allowed = Stream.concat(
                        Stream.of(self),
                        Stream.of(known.split(" "))
                                .filter(text -> !text.isEmpty())
                                .map(text -> "io.tpp." + text + ".."))
                .toArray(String[]::new);
        check(noClasses()
                .that()
                .resideInAPackage(self)
                .should()
                .dependOnClassesThat(resideInAPackage("io.tpp..").and(not(resideInAnyPackage(allowed)))));
    }

    @Test
    void everyPackageIsInTheTable() {
        List<String> packages = main.stream()
                .map(type -> type.getPackageName())
                .filter(name -> !name.equals("io.tpp"))
                .distinct()
                .toList();
        assertThat(packages)
                .containsExactlyInAnyOrder(Stream.of(
                                "secret token config pool rotation dolphindb proxy admin metrics status telemetry cli simulator tls net access json"
                                        .split(" "))
                        .map(name -> "io.tpp." + name)
                        .toArray(String[]::new));
    }

    @Test
    void packagesFormNoCycle() {
        check(slices().matching("io.tpp.(*)..").should().beFreeOfCycles());
    }

    @Test
    void thePoolNeedsNeitherJettyNorServletsNorJson() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.tpp.pool..", "io.tpp.token..", "io.tpp.secret..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.eclipse.jetty..", "jakarta.servlet..", "com.fasterxml..", "com.codahale.."));
    }

    @Test
    void onlyTheDemoKnowsTheSimulator() {
        check(classes()
                .that()
                .resideInAPackage("io.tpp.simulator..")
                .should()
                .onlyHaveDependentClassesThat(resideInAPackage("io.tpp.simulator..")
                        .or(resideInAPackage("io.tpp").and(isDemo()))));
    }

    private static com.tngtech.archunit.base.DescribedPredicate<com.tngtech.archunit.core.domain.JavaClass> isDemo() {
        return com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith("Demo");
    }

    @Test
    void metricsAreRegisteredInOnePlace() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("io.tpp", "io.tpp.metrics..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.codahale.metrics.."));
    }

    /** Names are text, which class files do not tell apart from any other. */
    @Test
    void metricNamesOccurInOnePlace() throws IOException {
        Path sources = Path.of("src/main/java/io/tpp");
        try (Stream<Path> files = Files.walk(sources)) {
            assertThat(files.filter(Files::isRegularFile)
                            .filter(file -> !file.startsWith(sources.resolve("metrics")))
                            .filter(ArchitectureTest::namesAMetric))
                    .isEmpty();
        }
    }

    private static boolean namesAMetric(Path file) {
        try {
            // The prefix alone is that of API keys.
            return METRIC_NAME.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void onlyTheLoggingSetUpKnowsTheLoggingBackend() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.tpp.telemetry..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ch.qos.logback.."));
    }

    @Test
    void nothingStaticChanges() {
        check(fields().that().areStatic().should().beFinal());
    }

    @Test
    void noPackageIsCalledAfterNothing() {
        check(noClasses().should().resideInAnyPackage("..util..", "..common..", "..impl..", "..helper.."));
    }
}
