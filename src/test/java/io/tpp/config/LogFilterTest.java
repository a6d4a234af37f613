package io.tpp.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tpp.config.LogFilter.Level;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogFilterTest {
    @ParameterizedTest
    @CsvSource({"off,OFF", "error,ERROR", "warn,WARN", "info,INFO", "debug,DEBUG", "trace,TRACE", "INFO,INFO"})
    void aLevelAloneIsGeneral(String filter, Level level) {
        assertThat(LogFilter.parse(filter)).isEqualTo(new LogFilter(level, Map.of()));
    }

    @Test
    void tppMeansItsPackages() {
        assertThat(LogFilter.parse("warn, tpp=debug, tpp::pool=trace, tpp.proxy=error, org.eclipse.jetty=off"))
                .isEqualTo(new LogFilter(
                        Level.WARN,
                        Map.of(
                                "io.tpp", Level.DEBUG,
                                "io.tpp.pool", Level.TRACE,
                                "io.tpp.proxy", Level.ERROR,
                                "org.eclipse.jetty", Level.OFF)));
        assertThat(LogFilter.parse("tppx=debug").loggers()).containsOnlyKeys("tppx");
    }

    @Test
    void loggersThatAreNotNamedStayAtInfo() {
        assertThat(LogFilter.parse("tpp=debug").general()).isEqualTo(Level.INFO);
    }

    @Test
    void theNearestNameCounts() {
        LogFilter filter = LogFilter.parse("warn,a=debug,a.b=off");
        assertThat(filter.levelOf("a.b.C")).isEqualTo(Level.OFF);
        assertThat(filter.levelOf("a.bc")).isEqualTo(Level.DEBUG);
        assertThat(filter.levelOf("ab")).isEqualTo(Level.WARN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "inof|'inof' is not one of off, error, warn, info, debug, trace",
                "``|'' is not one of off, error, warn, info, debug, trace",
                "info,|'' is not one of off, error, warn, info, debug, trace",
                "tpp=loud|'loud' is not one of off, error, warn, info, debug, trace",
                "=info|'' is not a target",
                "a..b=info|'a..b' is not a target",
                "tpp[span]=info|'tpp[span]' is not a target",
                "info,debug|it gives two general levels",
                "tpp=info,tpp=debug|it names io.tpp twice"
            })
    void whatIsNoFilterIsSaid(String filter, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogFilter.parse(filter))
                .withMessage(message);
    }
}
