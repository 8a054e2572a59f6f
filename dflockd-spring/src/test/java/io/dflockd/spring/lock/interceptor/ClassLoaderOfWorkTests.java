package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.OnLost;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Guarded code, and what follows it, finds the context class loader with which the client was built, on whatever thread it runs. In
 * an executable jar the system class loader knows no class of the application.
 */
@Timeout(60)
class ClassLoaderOfWorkTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final List<String> KEYS = List.of("mono", "flux", "stage");

    @RegisterExtension
    final LockServer locks = new LockServer();

    private final ClassLoader ofTheBuilder = new ClassLoader(getClass().getClassLoader()) {};

    private final ClassLoader ofTheCaller = new ClassLoader(getClass().getClassLoader()) {};

    private final Places places = new Places();

    private static <T> T under(ClassLoader classLoader, Supplier<T> code) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(classLoader);
        try {
            return code.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private void with(Consumer<Work> test) {
        GuardedContext.withoutClient()
                .withBean("client", DflockdClient.class, () -> under(ofTheBuilder, locks::newClient))
                .withBean(Work.class, () -> new Work(places))
                .run(context -> under(ofTheCaller, () -> {
                    test.accept(context.getBean(Work.class));
                    return null;
                }));
    }

    private void awaitPlaces(String... names) {
        await().atMost(SOON).untilAsserted(() -> assertThat(places.seen).containsOnlyKeys(names));
        places.seen.forEach(
                (place, classLoader) -> assertThat(classLoader).as(place).isSameAs(ofTheBuilder));
    }

    @Test
    void ofBodiesAndOfWhatFollowsThem() {
        with(work -> {
            LockTemplate rival = new LockTemplate(locks.other());
            List<LockHandle> held = KEYS.stream().map(rival::acquire).toList();
            work.mono().doOnNext(value -> places.note("subscriber of the mono")).subscribe();
            work.flux().doOnNext(value -> places.note("subscriber of the flux")).subscribe();
            work.stage().thenRun(() -> places.note("continuation of the stage"));
            KEYS.forEach(key -> locks.awaitWaiting(key, 1));
            held.forEach(LockHandle::close);
            awaitPlaces(
                    "method of the mono",
                    "source of the mono",
                    "subscriber of the mono",
                    "method of the flux",
                    "source of the flux",
                    "subscriber of the flux",
                    "method of the stage",
                    "continuation of the stage");
        });
    }

    @Test
    void ofWhatFollowsALoss() {
        with(work -> {
            work.endlessMono()
                    .doOnError(lost -> places.note("subscriber of the mono"))
                    .onErrorComplete()
                    .subscribe();
            work.endlessFlux()
                    .doOnError(lost -> places.note("subscriber of the flux"))
                    .onErrorComplete()
                    .subscribe();
            work.endlessStage().whenComplete((value, lost) -> places.note("continuation of the stage"));
            await().atMost(SOON).until(() -> places.endless.containsAll(KEYS));
            // All are held on the same connection.
            locks.loseHolderOf("mono");
            awaitPlaces(
                    "cancelled source of the mono",
                    "subscriber of the mono",
                    "cancelled source of the flux",
                    "subscriber of the flux",
                    "cancelled stage",
                    "continuation of the stage");
        });
    }

    /** Where code has run, and which class loader it found there. */
    static class Places {

        final Map<String, ClassLoader> seen = new ConcurrentHashMap<>();

        /** The keys of the endless work that has begun. */
        final Set<String> endless = ConcurrentHashMap.newKeySet();

        void note(String place) {
            seen.put(place, Thread.currentThread().getContextClassLoader());
        }
    }

    static class Work {

        private final Places places;

        Work(Places places) {
            this.places = places;
        }

        @DistributedLocked("mono")
        public Mono<String> mono() {
            places.note("method of the mono");
            return Mono.fromSupplier(() -> {
                places.note("source of the mono");
                return "value";
            });
        }

        @DistributedLocked("flux")
        public Flux<String> flux() {
            places.note("method of the flux");
            return Flux.defer(() -> {
                places.note("source of the flux");
                return Flux.just("value");
            });
        }

        @DistributedLocked("stage")
        public CompletableFuture<String> stage() {
            places.note("method of the stage");
            return CompletableFuture.completedFuture("value");
        }

        @DistributedLocked("mono")
        public Mono<String> endlessMono() {
            return Mono.<String>never()
                    .doOnSubscribe(subscription -> places.endless.add("mono"))
                    .doOnCancel(() -> places.note("cancelled source of the mono"));
        }

        @DistributedLocked("flux")
        public Flux<String> endlessFlux() {
            return Flux.<String>never()
                    .doOnSubscribe(subscription -> places.endless.add("flux"))
                    .doOnCancel(() -> places.note("cancelled source of the flux"));
        }

        @DistributedLocked(name = "stage", onLost = OnLost.INTERRUPT)
        public CompletableFuture<String> endlessStage() {
            CompletableFuture<String> work = new CompletableFuture<>();
            work.whenComplete((value, failure) -> places.note("cancelled stage"));
            places.endless.add("stage");
            return work;
        }
    }
}
