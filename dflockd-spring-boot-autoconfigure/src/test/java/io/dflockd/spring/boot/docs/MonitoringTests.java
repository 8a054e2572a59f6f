package io.dflockd.spring.boot.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.DflockdClientListener.Subject;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.LockKind;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.SubscriptionInfo;
import io.dflockd.client.SubscriptionListener.GapReason;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.DflockdLockAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.leader.DflockdLeaderAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.metrics.DflockdMetricsAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.signal.DflockdSignalAutoConfiguration;
import io.dflockd.spring.boot.docs.PromQl.Selector;
import io.dflockd.spring.boot.metrics.DflockdCounters;
import io.dflockd.spring.boot.metrics.DflockdMeter;
import io.dflockd.spring.boot.metrics.LateMeterRegistry;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.signal.SignalTemplate;
import io.dflockd.spring.signal.annotation.SignalListener;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard and the alert rules in {@code docs/monitoring} use metrics, labels and values that a scrape has. */
class MonitoringTests {

    private static final Path MONITORING = Path.of("..", "docs", "monitoring");

    private static final String RULES = "prometheus-rules.yml";

    private static final String RULES_TEST = "prometheus-rules-test.yml";

    private static final Pattern SAMPLE = Pattern.compile("^(dflockd_\\w+)\\{([^}]*)}");

    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private static final Pattern TEMPLATE = Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?(\\w+)\\s*}}");

    /** What Prometheus itself adds. */
    private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

    private static final Set<String> VALUES_THAT_COUNT = Set.of("dflockd_outcome", "dflockd_reason", "dflockd_state");

    /** By metric and label, the values. */
    private static final Map<String, Map<String, Set<String>>> SCRAPED = new TreeMap<>();

    @BeforeAll
    static void scrape() {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        meters.config().meterFilter(new Histograms());
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DflockdAutoConfiguration.class,
                        DflockdLockAutoConfiguration.class,
                        DflockdSignalAutoConfiguration.class,
                        DflockdLeaderAutoConfiguration.class,
                        DflockdMetricsAutoConfiguration.class))
                .withBean(PrometheusMeterRegistry.class, () -> meters)
                .withBean(ObservationRegistry.class, () -> observations)
                .withBean(Listener.class)
                .withPropertyValues("dflockd.embedded.enabled=true", "dflockd.leader.roles=billing")
                .run(context -> {
                    context.getBeansOfType(MeterBinder.class).values().forEach(binder -> binder.bindTo(meters));
                    use(context);
                    everyEvent(new DflockdCounters(known(meters), "default", 10), context);
                    LockTemplate locks = context.getBean(LockTemplate.class);
                    locks.executeWithoutResult(
                            "k", LockOptions.builder().name("order").build(), held -> read(meters.scrape()));
                    Awaitility.await().untilAsserted(() -> {
                        read(meters.scrape());
                        assertThat(SCRAPED).containsKey("dflockd_signal_listener_seconds_count");
                    });
                });
    }

    private static void use(ApplicationContext context) {
        context.getBean(LockTemplate.class).executeWithoutResult("k", held -> {});
        SignalTemplate signals = context.getBean(SignalTemplate.class);
        Awaitility.await().until(() -> signals.send("orders.1", "x") > 0);
    }

    /** Rare events are reported to the counters as the client reports them. */
    private static void everyEvent(DflockdClientListener counters, ApplicationContext context) {
        ServerAddress server =
                context.getBean(DflockdClient.class).servers().iterator().next();
        Subject subject = new Subject(LockKind.LOCK, "order", "k", server);
        SubscriptionInfo subscription = new SubscriptionInfo("orders", "orders.*", null);
        DflockdConnectionException broken = new DflockdConnectionException("the connection has ended");
        counters.acquired(subject, Duration.ZERO);
        counters.timedOut(subject, Duration.ZERO);
        counters.acquireFailed(subject, broken);
        counters.released(subject, Duration.ZERO, true);
        counters.released(subject, Duration.ZERO, false);
        Arrays.stream(LossReason.values()).forEach(reason -> counters.lost(subject, reason));
        counters.suspended(subject, LossReason.CONNECTION_LOST);
        counters.resumed(subject, Duration.ZERO);
        counters.abandoned(subject);
        counters.renewed(subject);
        counters.renewalFailed(subject, broken);
        counters.connected(server, false);
        counters.connected(server, true);
        counters.disconnected(server, broken);
        counters.connectFailed(server, broken);
        counters.signalEmitted("orders.1", server, 1);
        counters.signalEmitFailed("orders.1", server, broken);
        counters.signalsReceived(subscription, 1);
        counters.signalsDropped(subscription, 1);
        counters.signalHandlerFailed(subscription, broken);
        Arrays.stream(GapReason.values()).forEach(reason -> counters.subscriptionGap(subscription, server, reason));
    }

    private static void read(String scrape) {
        scrape.lines().map(SAMPLE::matcher).filter(Matcher::find).forEach(sample -> {
            Map<String, Set<String>> labels = SCRAPED.computeIfAbsent(sample.group(1), metric -> new TreeMap<>());
            LABEL.matcher(sample.group(2))
                    .results()
                    .forEach(label -> labels.computeIfAbsent(label.group(1), name -> new TreeSet<>())
                            .add(label.group(2)));
        });
    }

    @Test
    void scrapeHasEveryMeter() {
        assertThat(Arrays.stream(DflockdMeter.values()).map(MonitoringTests::prometheusName))
                .allSatisfy(name -> assertThat(SCRAPED).containsKey(name));
    }

    private static String prometheusName(DflockdMeter meter) {
        String name = meter.meterName().replace('.', '_');
        return meter.type() == Meter.Type.COUNTER ? name + "_total" : name;
    }

    @TestFactory
    List<DynamicTest> expressionsOfTheDashboard() throws Exception {
        JsonNode dashboard = JsonMapper.shared().readTree(MONITORING.resolve("grafana-dashboard.json"));
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode panel : dashboard.get("panels")) {
            for (JsonNode target : panel.path("targets")) {
                tests.add(DynamicTest.dynamicTest(
                        panel.get("title").asString() + " "
                                + target.get("refId").asString(),
                        () -> check(
                                target.get("expr").asString(),
                                target.get("legendFormat").asString())));
            }
        }
        for (JsonNode variable : dashboard.get("templating").get("list")) {
            if (variable.get("type").asString().equals("query")) {
                tests.add(DynamicTest.dynamicTest(
                        "variable " + variable.get("name").asString(),
                        () -> check(variable.get("query").get("query").asString())));
            }
        }
        assertThat(tests).hasSizeGreaterThan(30);
        return tests;
    }

    @Test
    void dashboardShowsEveryMeter() throws Exception {
        String dashboard = Files.readString(MONITORING.resolve("grafana-dashboard.json"));
        assertThat(Arrays.stream(DflockdMeter.values()).map(MonitoringTests::prometheusName))
                .allSatisfy(name -> assertThat(dashboard).containsPattern(name + "\\b"));
    }

    @TestFactory
    List<DynamicTest> expressionsOfTheAlerts() throws Exception {
        List<DynamicTest> tests = rules().entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(
                        rule.getKey(),
                        () -> check(
                                rule.getValue().get("expr").toString(),
                                rule.getValue().get("annotations").toString())))
                .toList();
        assertThat(tests).hasSize(12);
        return tests;
    }

    @Test
    void seriesOfTheRulesTest() throws Exception {
        Map<String, Object> file = new Yaml().load(Files.readString(MONITORING.resolve(RULES_TEST)));
        List<String> series = maps(file.get("tests"))
                .flatMap(test -> maps(test.get("input_series")))
                .map(input -> input.get("series").toString())
                .toList();
        assertThat(series).hasSizeGreaterThan(5).allSatisfy(each -> check(each));
        assertThat(maps(file.get("tests"))
                        .flatMap(test -> maps(test.get("alert_rule_test")))
                        .map(test -> test.get("alertname").toString()))
                .isSubsetOf(rules().keySet());
    }

    private static Map<String, Map<String, Object>> rules() throws Exception {
        Map<String, Object> file = new Yaml().load(Files.readString(MONITORING.resolve(RULES)));
        Map<String, Map<String, Object>> rules = new LinkedHashMap<>();
        maps(file.get("groups"))
                .flatMap(group -> maps(group.get("rules")))
                .forEach(rule -> rules.put(rule.get("alert").toString(), rule));
        return rules;
    }

    @SuppressWarnings("unchecked")
    private static Stream<Map<String, Object>> maps(Object list) {
        return ((List<Map<String, Object>>) list).stream();
    }

    /** Checks an expression, and the labels in the texts that are made from its result. */
    private static void check(String expression, String... texts) {
        PromQl parsed = PromQl.parse(expression);
        assertThat(parsed.selectors()).as("metrics in %s", expression).isNotEmpty();
        Set<String> common = new TreeSet<>(OF_PROMETHEUS);
        for (Selector selector : parsed.selectors()) {
            assertThat(SCRAPED).as("metric in %s", expression).containsKey(selector.metric());
            Map<String, Set<String>> labels = SCRAPED.get(selector.metric());
            common.addAll(labels.keySet());
            assertThat(labelsOf(labels))
                    .as("labels of %s in %s", selector.metric(), expression)
                    .containsAll(selector.labels().keySet())
                    .containsAll(parsed.grouping());
            selector.labels().forEach((label, value) -> {
                if (VALUES_THAT_COUNT.contains(label)) {
                    assertThat(labels.get(label))
                            .as("values of %s of %s", label, selector.metric())
                            .contains(value);
                }
            });
        }
        for (String text : texts) {
            Set<String> named = new TreeSet<>();
            TEMPLATE.matcher(text).results().forEach(found -> named.add(found.group(1)));
            assertThat(parsed.grouping().isEmpty() ? common : parsed.grouping())
                    .as("labels of the result of %s", expression)
                    .containsAll(named);
        }
    }

    private static Set<String> labelsOf(Map<String, Set<String>> scraped) {
        Set<String> labels = new TreeSet<>(OF_PROMETHEUS);
        labels.addAll(scraped.keySet());
        return labels;
    }

    /** As {@code management.metrics.distribution.percentiles-histogram.dflockd.lock.acquire=true} sets it. */
    private static final class Histograms implements MeterFilter {

        @Override
        public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
            return id.getName().equals("dflockd.lock.acquire")
                    ? DistributionStatisticConfig.builder()
                            .percentilesHistogram(true)
                            .build()
                            .merge(config)
                    : config;
        }
    }

    static final class Listener {

        @SignalListener(id = "orders", value = "orders.*")
        void on(String payload) {}
    }

    private static LateMeterRegistry known(MeterRegistry meters) {
        LateMeterRegistry registry = new LateMeterRegistry();
        registry.set(meters);
        return registry;
    }
}
