package io.dflockd.sample.jvm;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The machine's own Chromium without a window. Both programs are named, so that Selenium downloads nothing. */
final class Chromium implements AutoCloseable {

    /** It warns of every browser that is newer than itself. Loggers are kept only as long as somebody refers to them. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private static final Optional<Path> BROWSER = program("chromium", "chromium-browser", "google-chrome");

    private static final Optional<Path> DRIVER = program("chromedriver");

    private final ChromeDriver driver;

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    static boolean isInstalled() {
        return BROWSER.isPresent() && DRIVER.isPresent();
    }

    static Chromium start() {
        return start(new ChromeOptions());
    }

    static Chromium startWithoutJavaScript() {
        ChromeOptions options = new ChromeOptions();
        options.setExperimentalOption("prefs", Map.of("profile.managed_default_content_settings.javascript", 2));
        return start(options);
    }

    private static Chromium start(ChromeOptions options) {
        options.setBinary(BROWSER.orElseThrow().toFile());
        options.addArguments(
                "--headless=new",
                // A container has neither the rights for the sandbox nor much shared memory. Only pages of the test are
                // opened.
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--hide-scrollbars",
                "--no-proxy-server",
                "--window-size=1200,1000");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.orElseThrow().toFile())
                .usingAnyFreePort()
                .build();
        SELENIUM.setLevel(Level.SEVERE);
        return new Chromium(new ChromeDriver(service, options));
    }

    void open(String url) {
        driver.get(url);
    }

    WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    String text(String css) {
        return find(css).getText();
    }

    int count(String css) {
        return driver.findElements(By.cssSelector(css)).size();
    }

    /** As somebody at the keyboard does it. */
    void type(String css, String text) {
        WebElement field = find(css);
        field.clear();
        field.sendKeys(text);
    }

    void click(String css) {
        find(css).click();
    }

    /** To whatever has the focus. */
    void press(CharSequence keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    Object script(String script) {
        return ((JavascriptExecutor) driver).executeScript(script);
    }

    void awaitText(String css, String text) {
        await(css + " has '" + text + "'", () -> text(css).contains(text));
    }

    /** A row may be replaced while it is read: then it is read again. */
    void await(String what, BooleanSupplier condition) {
        try {
            Awaitility.await(what)
                    .atMost(Duration.ofSeconds(20))
                    .ignoreExceptionsInstanceOf(WebDriverException.class)
                    .until(condition::getAsBoolean);
        } catch (ConditionTimeoutException ex) {
            throw new AssertionError(what + " did not come; the page shows\n" + text("body"), ex);
        }
    }

    void windowWidth(int width) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    }

    void colors(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** The whole page, not only what fits into the window. */
    void screenshot(Path file) {
        Object data = driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true))
                .get("data");
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, OutputType.BYTES.convertFromBase64Png((String) data));
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }

    private static Optional<Path> program(String... names) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(names)
                .flatMap(name -> Stream.of(path.split(File.pathSeparator))
                        .filter(folder -> !folder.isEmpty())
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
