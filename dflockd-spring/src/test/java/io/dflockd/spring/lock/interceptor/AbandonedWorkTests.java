package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdClientListener;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockSettings;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.OnLost;
import io.dflockd.spring.lock.ReactiveLockTemplate;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.observation.LockObservationContext;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.reactivex.rxjava3.core.Single;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Work that never ends and that nobody has any more: neither its source nor its subscriber. Nobody can end it, so the client finds
 * out that its handle is garbage, reports that and releases it. Its observation ends too.
 */
@Timeout(60)
class AbandonedWorkTests {

    /** The client looks when a renewal is due. */
    private static final String LEASE = "2s";

    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    final LockServer locks = new LockServer();

    /** The keys of handles that became garbage. */
    private final List<String> abandoned = new CopyOnWriteArrayList<>();

    private final Set<String> renewed = ConcurrentHashMap.newKeySet();

    private final DflockdClientListener listener = new DflockdClientListener() {
        @Override
        public void abandoned(Subject subject) {
            abandoned.add(subject.key());
        }

        @Override
        public void renewed(Subject subject) {
            renewed.add(subject.key());
        }
    };

    /** The keys of holds whose observation is running. */
    private final Set<String> observed = ConcurrentHashMap.newKeySet();

    private final Map<String, String> outcomes = new ConcurrentHashMap<>();

    private final ObservationRegistry observations = ObservationRegistry.create();

    AbandonedWorkTests() {
        observations.observationConfig().observationHandler(new HoldHandler());
    }

    private interface Scenario {

        void run(DflockdClient client, Work work);
    }

    private void with(Scenario scenario) {
        GuardedContext.withoutClient()
                .withBean(
                        "client",
                        DflockdClient.class,
                        () -> DflockdClient.builder()
                                .servers(locks.server().address())
                                .listener(listener)
                                .build())
                .withBean(Work.class)
                .withBean(ObservationRegistry.class, () -> observations)
                .run(context -> scenario.run(context.getBean(DflockdClient.class), context.getBean(Work.class)));
    }

    private void awaitAbandoned(Set<String> keys) {
        await().atMost(SOON).untilAsserted(() -> {
            System.gc();
            assertThat(abandoned).containsExactlyInAnyOrderElementsOf(keys);
        });
        locks.awaitFree();
        assertThat(abandoned).as("reported once").hasSameSizeAs(keys);
        await().atMost(SOON).untilAsserted(() -> {
            System.gc();
            assertThat(observed).as("observed for ever").isEmpty();
        });
        assertThat(outcomes).containsOnlyKeys(keys).values().containsOnly("abandoned");
    }

    @Test
    void workOfMethodsIsReportedAndReleased() {
        with((client, work) -> {
            Map<String, Runnable> forms = new LinkedHashMap<>();
            forms.put("mono", () -> work.mono().subscribe());
            forms.put("mono-interrupt", () -> work.monoToInterrupt().subscribe());
            forms.put("flux", () -> work.flux().subscribe());
            forms.put("flux-interrupt", () -> work.fluxToInterrupt().subscribe());
            forms.put("single", () -> work.single().subscribe());
            forms.put(
                    "flow",
                    () -> JdkFlowAdapter.flowPublisherToFlux(work.flow()).subscribe());
            forms.put("stage", work::stage);
            forms.put("stage-interrupt", work::stageToInterrupt);
            forms.forEach((key, form) -> {
                form.run();
                locks.awaitHeld(key);
            });
            awaitAbandoned(forms.keySet());
        });
    }

    @Test
    void workOfTemplatesIsReportedAndReleasedWhateverALossWouldDo() {
        with((client, work) -> {
            LockTemplate template = observed(client);
            ReactiveLockTemplate reactive = new ReactiveLockTemplate(template);
            Map<String, Runnable> forms = new LinkedHashMap<>();
            for (OnLost onLost : OnLost.values()) {
                LockOptions options = LockOptions.builder()
                        .leaseTtl(Duration.ofSeconds(2))
                        .onLost(onLost)
                        .build();
                String mono = "mono-" + onLost;
                forms.put(
                        mono,
                        () -> reactive.execute(mono, options, handle -> Work.one())
                                .subscribe());
                String tried = "tried-mono-" + onLost;
                forms.put(
                        tried,
                        () -> reactive.tryExecute(tried, options, handle -> Work.one())
                                .subscribe());
                String flux = "flux-" + onLost;
                forms.put(
                        flux,
                        () -> reactive.executeMany(flux, options, handle -> Work.many())
                                .subscribe());
                String stage = "stage-" + onLost;
                forms.put(stage, () -> template.executeAsync(stage, options, handle -> new CompletableFuture<>()));
            }
            forms.forEach((key, form) -> {
                form.run();
                locks.awaitHeld(key);
            });
            awaitAbandoned(forms.keySet());
        });
    }

    /** Whoever has the source can still end the work, also if the subscriber was dropped. */
    @Test
    void workWhoseSourceSomebodyHasIsKept() {
        with((client, work) -> {
            Sinks.One<String> source = Sinks.one();
            work.mono(source.asMono()).subscribe();
            CompletableFuture<String> stage = new CompletableFuture<>();
            work.stage(stage);
            awaitRenewedAndHeld("given-mono", "given-stage");
            source.tryEmitValue("value");
            stage.complete("value");
            locks.awaitFree();
            assertThat(abandoned).isEmpty();
        });
    }

    /** A subscriber that never cancels keeps its lock. {@code holdAtMost} limits that. */
    @Test
    void workWhoseSubscriberSomebodyHasIsKeptUntilItIsCancelled() {
        with((client, work) -> {
            Disposable mono = work.mono().subscribe();
            Disposable flux = work.flux().subscribe();
            awaitRenewedAndHeld("mono", "flux");
            mono.dispose();
            flux.dispose();
            locks.awaitFree();
            assertThat(abandoned).isEmpty();
            Reference.reachabilityFence(mono);
            Reference.reachabilityFence(flux);
        });
    }

    /** The client has nothing more to say about it. */
    @Test
    void workThatIsDroppedAfterALossThatIsOnlyReportedIsNotObservedForEver() {
        with((client, work) -> {
            LockOptions options = LockOptions.builder().onLost(OnLost.REPORT).build();
            observed(client).executeAsync("stage", options, handle -> new CompletableFuture<>());
            locks.awaitHeld("stage");
            locks.loseHolderOf("stage");
            await().atMost(SOON).untilAsserted(() -> {
                System.gc();
                assertThat(outcomes).containsOnly(Map.entry("stage", "abandoned"));
                assertThat(observed).isEmpty();
            });
        });
    }

    /** What an observation knows must not keep its handle. */
    @Test
    void handlesOfObservedCallsAreNotKept() {
        with((client, work) -> {
            List<WeakReference<Object>> handles = new CopyOnWriteArrayList<>();
            LockTemplate template = observed(client);
            for (int i = 0; i < 20; i++) {
                template.executeWithoutResult("k", LockOptions.defaults(), handle -> handles.add(weak(handle)));
                template.executeAsync("k", LockOptions.defaults(), handle -> {
                            handles.add(weak(handle));
                            return CompletableFuture.completedFuture(null);
                        })
                        .join();
            }
            assertThat(handles).hasSize(40);
            assertThat(outcomes).containsOnly(Map.entry("k", "released"));
            await().atMost(SOON).untilAsserted(() -> {
                System.gc();
                assertThat(handles)
                        .allSatisfy(handle -> assertThat(handle.get()).isNull());
            });
        });
    }

    private static WeakReference<Object> weak(Object handle) {
        return new WeakReference<>(handle);
    }

    private LockTemplate observed(DflockdClient client) {
        return new LockTemplate(
                client, LockSettings.builder().observationRegistry(observations).build());
    }

    private final class HoldHandler implements ObservationHandler<LockObservationContext> {

        @Override
        public void onStart(LockObservationContext context) {
            if (isHold(context)) {
                observed.add(context.getKey());
            }
        }

        @Override
        public void onStop(LockObservationContext context) {
            if (isHold(context)) {
                outcomes.put(context.getKey(), context.getOutcome());
                observed.remove(context.getKey());
            }
        }

        private boolean isHold(LockObservationContext context) {
            return "dflockd.lock.hold".equals(context.getName());
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof LockObservationContext;
        }
    }

    private void awaitRenewedAndHeld(String... keys) {
        await().atMost(SOON).until(() -> {
            System.gc();
            return renewed.containsAll(List.of(keys));
        });
        for (String key : keys) {
            assertThat(locks.isHeld(key)).as(key).isTrue();
        }
    }

    static class Work {

        /** Nobody has the sink, so this never ends. It has its subscriber, and nothing else has. */
        static Mono<String> one() {
            return Sinks.<String>one().asMono();
        }

        static Flux<String> many() {
            return Sinks.many().unicast().<String>onBackpressureBuffer().asFlux();
        }

        @DistributedLocked(name = "mono", leaseTtl = LEASE)
        public Mono<String> mono() {
            return one();
        }

        @DistributedLocked(name = "mono-interrupt", leaseTtl = LEASE, onLost = OnLost.INTERRUPT)
        public Mono<String> monoToInterrupt() {
            return one();
        }

        @DistributedLocked(name = "given-mono", leaseTtl = LEASE)
        public Mono<String> mono(Mono<String> source) {
            return source;
        }

        @DistributedLocked(name = "flux", leaseTtl = LEASE)
        public Flux<String> flux() {
            return many();
        }

        @DistributedLocked(name = "flux-interrupt", leaseTtl = LEASE, onLost = OnLost.INTERRUPT)
        public Flux<String> fluxToInterrupt() {
            return many();
        }

        @DistributedLocked(name = "single", leaseTtl = LEASE)
        public Single<String> single() {
            return Single.fromPublisher(one());
        }

        @DistributedLocked(name = "flow", leaseTtl = LEASE)
        public Flow.Publisher<String> flow() {
            return JdkFlowAdapter.publisherToFlowPublisher(many());
        }

        @DistributedLocked(name = "stage", leaseTtl = LEASE)
        public CompletableFuture<String> stage() {
            return new CompletableFuture<>();
        }

        @DistributedLocked(name = "stage-interrupt", leaseTtl = LEASE, onLost = OnLost.INTERRUPT)
        public CompletableFuture<String> stageToInterrupt() {
            return new CompletableFuture<>();
        }

        @DistributedLocked(name = "given-stage", leaseTtl = LEASE, onLost = OnLost.INTERRUPT)
        public CompletableFuture<String> stage(CompletableFuture<String> source) {
            return source;
        }
    }
}
