package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.pool.PoolSnapshot;
import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Quirks;
import io.tpp.testing.Browser;
import io.tpp.testing.RawClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The status page in a real browser: what it shows is what the pool says. */
@Tag("conformance")
class StatusPageTest {
    private static final String BAR = "#pool-bar";
    private static Browser browser;

    @BeforeAll
    static void startBrowser() {
        browser = Browser.start();
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    private static Browser open(Rig rig, boolean dark) {
        return open(rig, 1280, dark);
    }

    private static Browser open(Rig rig, int width, boolean dark) {
        browser.complaints();
        return browser.open("http://127.0.0.1:" + rig.healthPort() + "/", width, 900, dark);
    }

    private static void assertFigures(PoolSnapshot pool, int connections) {
        browser.awaitTexts(
                "#tiles .tile:nth-child(-n+4) .figure",
                List.of(
                        pool.inUse() + " of " + pool.total(),
                        String.valueOf(pool.available()),
                        String.valueOf(pool.waiting()),
                        String.valueOf(connections)));
    }

    @Test
    void figuresAreThePools() throws Exception {
        try (Rig rig = Rig.start(3);
                RawClient client = rig.connect()) {
            open(rig, false);
            // A connection that has not asked for anything yet.
            assertFigures(rig.pool(), 1);
            browser.picture("empty");
            int token = client.tokenNumber();
            assertFigures(rig.pool(), 1);
            browser.awaitTexts(
                    "#tokens tbody tr:nth-child(" + token + ") td:nth-child(-n+4)",
                    List.of(String.valueOf(token), "in use", "1", "1"));
            browser.awaitTexts(
                    "#connections tbody tr:nth-child(1) td:nth-child(-n+5)",
                    List.of("1", "127.0.0.1:" + client.localPort(), "–", "HTTP/1.1", String.valueOf(token)));
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void waitersAreShownAndThePageSaysThatItIsDegraded() throws Exception {
        try (Rig rig = Rig.start(2)) {
            rig.simulator.hold();
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                clients.add(rig.connect().sendScript("1"));
            }
            rig.awaitWaiting(3);
            open(rig, true);
            assertFigures(rig.pool(), 5);
            browser.awaitText("#health", "degraded");
            assertThat(browser.attribute(BAR, "aria-label")).isEqualTo("2 tokens: 2 in use");
            assertThat(browser.run("return document.title")).isEqualTo("TPP degraded, 3 waiting");
            assertThat(browser.accessibilityProblems()).isEqualTo(List.of());
            browser.picture("saturated-dark");
            clients.forEach(RawClient::hangUp);
            rig.simulator.release();
            rig.awaitAllIdle();
            browser.awaitText("#health", "healthy");
        }
    }

    @Test
    void tablesAreSortedWithTheKeyboardAlone() throws Exception {
        try (Rig rig = Rig.start(3)) {
            open(rig, false);
            browser.awaitTexts("#tokens tbody td:first-child", List.of("1", "2", "3"));
            browser.tabTo("#tokens th:first-child button");
            browser.press(Keys.ENTER);
            browser.awaitTexts("#tokens tbody td:first-child", List.of("3", "2", "1"));
            assertThat(browser.attribute("#tokens th:first-child", "aria-sort")).isEqualTo("descending");
            browser.press(Keys.SPACE);
            browser.awaitTexts("#tokens tbody td:first-child", List.of("1", "2", "3"));
            assertThat(browser.attribute("#tokens th:first-child", "aria-sort")).isEqualTo("ascending");
        }
    }

    @Test
    void longTablesHavePages() throws Exception {
        try (Rig rig = Rig.start(60)) {
            open(rig, false);
            browser.awaitText("#tokens .pager span", "1–25 of 60");
            browser.tabTo("#tokens .pager button:last-of-type");
            browser.press(Keys.ENTER);
            browser.awaitText("#tokens .pager span", "26–50 of 60");
            browser.awaitText("#tokens tbody tr:first-child td:first-child", "26");
        }
    }

    @Test
    void lightAndDarkFollowTheSystemAndBothAreAccessible() throws Exception {
        try (Rig rig = Rig.start(3)) {
            String background = "return getComputedStyle(document.body).backgroundColor";
            open(rig, false);
            browser.awaitText("#health", "healthy");
            assertThat(browser.run(background)).isEqualTo("rgb(243, 245, 248)");
            assertThat(browser.accessibilityProblems()).isEqualTo(List.of());
            open(rig, true);
            browser.awaitText("#health", "healthy");
            assertThat(browser.run(background)).isEqualTo("rgb(14, 19, 26)");
            assertThat(browser.accessibilityProblems()).isEqualTo(List.of());
        }
    }

    @Test
    void aPhoneNeedsNoScrollingSideways() throws Exception {
        try (Rig rig = Rig.start(3)) {
            open(rig, 390, false);
            browser.awaitText("#health", "healthy");
            assertThat(browser.run("return document.documentElement.scrollWidth <= window.innerWidth"))
                    .isEqualTo(true);
            assertThat(browser.accessibilityProblems()).isEqualTo(List.of());
            browser.picture("phone");
        }
    }

    @Test
    void anUpstreamThatIsDownIsShown() throws Exception {
        DolphinDbSimulator simulator = DolphinDbSimulator.start(Quirks.documented());
        simulator.goDown();
        try (Rig rig = Rig.startUnready(simulator, 4)) {
            open(rig, false);
            browser.awaitText("#health", "unhealthy");
            browser.awaitText("#upstream .bad", "no");
            assertThat(browser.text("#events")).contains("could not be reached");
            assertThat(browser.accessibilityProblems()).isEqualTo(List.of());
            browser.picture("down");
            rig.simulator.comeBack();
            rig.awaitPool(pool -> pool.available() == 4);
            browser.awaitText("#health", "healthy");
            browser.awaitText("#upstream .good", "yes");
        }
    }

    @Test
    void markupFromOutsideStaysText() throws Exception {
        String hostile = "<img src=x onerror=alert(1)>";
        try (Rig rig = Rig.startUnready(
                Quirks.documented(), 0, "TPP_CREDENTIALS_0_USERNAME", hostile, "TPP_CREDENTIALS_0_PASSWORD", "p")) {
            open(rig, false);
            browser.awaitText("#health", "unhealthy");
            browser.run("document.querySelector('details').open = true");
            assertThat(browser.text("#config")).contains(hostile);
            assertThat(browser.run("return document.images.length")).isEqualTo(0L);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void thePageSaysThatTppCannotBeReached() throws Exception {
        Rig rig = Rig.start(1);
        try (rig) {
            open(rig, false);
            browser.awaitText("#live-text", "live");
            rig.stopNow();
            browser.awaitText("#live-text", "no contact");
            assertThat(browser.text("#banner")).startsWith("TPP cannot be reached, since ");
        }
    }

    @Test
    void pausedItAsksNoMore() throws Exception {
        try (Rig rig = Rig.start(1)) {
            open(rig, false);
            browser.awaitText("#live-text", "live");
            browser.tabTo("#pause");
            browser.press(Keys.SPACE);
            browser.awaitText("#live-text", "paused");
            assertThat(asksWithin(3000)).isZero();
            browser.press(Keys.SPACE);
            browser.awaitText("#live-text", "live");
            assertThat(asksWithin(6000)).isPositive();
        }
    }

    @Test
    void whileNobodySeesItItAsksNoMore() throws Exception {
        try (Rig rig = Rig.start(1)) {
            open(rig, false);
            browser.awaitText("#live-text", "live");
            hide(true);
            assertThat(asksWithin(3000)).isZero();
            hide(false);
            assertThat(asksWithin(6000)).isPositive();
        }
    }

    private static void hide(boolean hidden) {
        browser.run("""
                Object.defineProperty(document, "hidden", { configurable: true, get: () => arguments[0] });
                document.dispatchEvent(new Event("visibilitychange"));
                """.replace("arguments[0]", String.valueOf(hidden)));
    }

    /** Returns how often the page asks, from when nothing is under way. */
    private static int asksWithin(int milliseconds) {
        Object asks = browser.run("""
                const asks = () => performance.getEntriesByType("resource").filter(e => e.name.includes("status.json"));
                const wait = time => new Promise(done => setTimeout(done, time));
                return wait(500).then(() => performance.clearResourceTimings())
                    .then(() => wait(arguments[0])).then(() => asks().length);
                """, milliseconds);
        return ((Long) asks).intValue();
    }

    @Test
    void anotherSitesPageGetsNothing() throws Exception {
        try (Rig rig = Rig.start(1);
                Rig other = Rig.start(1)) {
            open(other, false);
            Object answer = browser.run(
                    "return fetch(arguments[0]).then(a => a.text(), () => 'refused')",
                    "http://127.0.0.1:" + rig.healthPort() + "/status.json");
            assertThat(answer).isEqualTo("refused");
        }
    }
}
