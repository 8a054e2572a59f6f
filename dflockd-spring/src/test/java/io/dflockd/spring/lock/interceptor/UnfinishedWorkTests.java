package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.reactivex.rxjava3.core.Single;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kotlin.jvm.functions.Function0;
import kotlin.sequences.Sequence;
import kotlin.sequences.SequencesKt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.function.AsyncServerResponse;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Work that goes on after the lock is free is refused: at start where the return type says it, else at the call. */
class UnfinishedWorkTests {

    private final ApplicationContextRunner runner =
            GuardedContext.withoutClient().withBean("client", DflockdClient.class, DflockdClient::withoutLocking);

    @Test
    void declaredWorkThatGoesOnFailsTheStart() {
        fails(ReturnsDisposable.class, "Disposable");
        fails(ReturnsSubtypeOfDisposable.class, "Disposable");
        fails(ReturnsRxDisposable.class, "Disposable");
        fails(ReturnsThread.class, "Thread");
        fails(ReturnsFutures.class, "CompletableFuture");
        fails(ReturnsStagesInAMap.class, "CompletionStage");
        fails(ReturnsSubtypeOfEmitter.class, "OwnEmitter");
        fails(ReturnsSubtypeOfDeferred.class, "OwnDeferred");
        fails(ReturnsBodyOfOwnType.class, "OwnEmitter");
        fails(ReturnsInheritedStream.class, "Stream");
        fails(ReturnsWildcardOfFutures.class, "CompletableFuture");
        fails(ReturnsMonoOfFlux.class, "Flux");
        fails(ReturnsMonoOfStream.class, "Stream");
        fails(ReturnsMonoOfEntity.class, "Flux");
        fails(ReturnsFluxOfFutures.class, "CompletableFuture");
        fails(ReturnsSingleOfStream.class, "Stream");
        fails(ReturnsRunnable.class, "Runnable");
        fails(ReturnsIterator.class, "Iterator");
        fails(ReturnsSpliterator.class, "Spliterator");
        fails(ReturnsSupplier.class, "Supplier");
        fails(ReturnsSuppliers.class, "IntSupplier");
        fails(ReturnsSequence.class, "Sequence");
        fails(ReturnsFunction.class, "Function0");
        fails(ReturnsAsyncServerResponse.class, "AsyncServerResponse");
    }

    @Test
    void finishedWorkIsNotRefused() {
        runner.withBean(Finished.class).run(context -> {
            assertThat(context).hasNotFailed();
            Finished finished = context.getBean(Finished.class);
            assertThat(finished.any("value")).isEqualTo("value");
            CompletableFuture<Integer> done = CompletableFuture.completedFuture(1);
            assertThat(finished.any(done)).isSameAs(done);
            assertThat(finished.raw(new ArrayList<>(List.of("a")))).isEqualTo(List.of("a"));
            assertThat(finished.entity("body").getBody()).isEqualTo("body");
            assertThat(finished.mono("value").block()).isEqualTo("value");
            assertThat(finished.iterable(List.of("a"))).containsExactly("a");
            Object lines = new Lines();
            assertThat(finished.any(lines)).isSameAs(lines);
            assertThat(finished.any(Map.entry("a", 1))).isEqualTo(Map.entry("a", 1));
            assertThat(finished.response(ServerResponse.ok().body("text")).statusCode())
                    .isEqualTo(HttpStatus.OK);
            assertThat(finished.response(ServerResponse.async(CompletableFuture.completedFuture(
                                    ServerResponse.noContent().build())))
                            .statusCode())
                    .isEqualTo(HttpStatus.NO_CONTENT);
            assertThat(finished.stage("value").toCompletableFuture())
                    .succeedsWithin(10, TimeUnit.SECONDS)
                    .isEqualTo("value");
        });
    }

    @Test
    void undeclaredWorkThatGoesOnFailsTheCall() {
        runner.withBean(Finished.class).run(context -> {
            Finished finished = context.getBean(Finished.class);
            Callable<String> callable = () -> "later";
            StreamingResponseBody streaming = out -> {};
            Runnable runnable = () -> {};
            Supplier<String> supplier = () -> "later";
            Iterable<String> iterable = () -> List.of("later").iterator();
            List<Object> unfinished = List.of(
                    new CompletableFuture<>(),
                    Mono.just(1),
                    Single.just(1),
                    Stream.of("a"),
                    callable,
                    streaming,
                    new OwnEmitter(),
                    new OwnDeferred(),
                    Disposables.single(),
                    runnable,
                    supplier,
                    iterable,
                    lazyIterator(),
                    List.of("a").spliterator(),
                    SequencesKt.sequenceOf("a"),
                    ServerResponse.async(new CompletableFuture<>()),
                    ServerResponse.sse(sse -> {}),
                    ServerResponse.ok().stream(stream -> {}),
                    ServerResponse.ok().build((request, response) -> null),
                    ServerResponse.ok().body(new CompletableFuture<>()),
                    ServerResponse.ok().body(Flux.just("a")));
            for (Object work : unfinished) {
                refused(() -> finished.any(work));
                refused(() -> finished.raw(new ArrayList<>(List.of("done", work))));
                refused(() -> finished.array(new Object[] {work}));
                refused(() -> finished.optional(Optional.of(work)));
                refused(() -> finished.map(Map.of("a", work)));
                refused(() -> finished.entity(work));
                refused(() -> finished.nested(List.of(Optional.of(work))));
                StepVerifier.create(finished.mono(work))
                        .expectErrorMatches(failure -> failure.getMessage().contains("goes on after"))
                        .verify();
                assertThat(finished.stage(work).toCompletableFuture())
                        .failsWithin(10, TimeUnit.SECONDS)
                        .withThrowableOfType(ExecutionException.class)
                        .withMessageContaining("goes on after");
            }
            refused(() -> finished.iterable(iterable));
            refused(() -> finished.response(ServerResponse.sse(sse -> {})));
        });
    }

    private static Iterator<String> lazyIterator() {
        return new Iterator<>() {

            @Override
            public boolean hasNext() {
                return false;
            }

            @Override
            public String next() {
                throw new NoSuchElementException();
            }
        };
    }

    private static void refused(ThrowingCallable call) {
        assertThatIllegalStateException()
                .isThrownBy(call)
                .withMessageContaining("Finished.")
                .withMessageContaining("goes on after");
    }

    private void fails(Class<?> bean, String hint) {
        runner.withBean("suspect", bean).run(context -> {
            assertThat(context).as(bean.getSimpleName()).hasFailed();
            assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                    .isInstanceOf(LockDefinitionException.class)
                    .message()
                    .contains("'suspect'", bean.getSimpleName(), hint);
        });
    }

    static class OwnEmitter extends SseEmitter {}

    static class OwnDeferred extends DeferredResult<String> {}

    static class ReturnsDisposable {

        @DistributedLocked("name")
        public Disposable guarded() {
            return Flux.never().subscribe();
        }
    }

    static class ReturnsSubtypeOfDisposable {

        @DistributedLocked("name")
        public Disposable.Composite guarded() {
            return Disposables.composite();
        }
    }

    static class ReturnsRxDisposable {

        @DistributedLocked("name")
        public io.reactivex.rxjava3.disposables.Disposable guarded() {
            return Single.never().subscribe();
        }
    }

    static class ReturnsThread {

        @DistributedLocked("name")
        public Thread guarded() {
            return new Thread();
        }
    }

    static class ReturnsFutures {

        @DistributedLocked("name")
        public CompletableFuture<?>[] guarded() {
            return new CompletableFuture<?>[0];
        }
    }

    static class ReturnsStagesInAMap {

        @DistributedLocked("name")
        public Map<String, CompletionStage<String>[]> guarded() {
            return Map.of();
        }
    }

    static class ReturnsSubtypeOfEmitter {

        @DistributedLocked("name")
        public OwnEmitter guarded() {
            return new OwnEmitter();
        }
    }

    static class ReturnsSubtypeOfDeferred {

        @DistributedLocked("name")
        public OwnDeferred guarded() {
            return new OwnDeferred();
        }
    }

    static class ReturnsBodyOfOwnType {

        @DistributedLocked("name")
        public ResponseEntity<OwnEmitter> guarded() {
            return ResponseEntity.ok(new OwnEmitter());
        }
    }

    static class Generic<T> {

        @DistributedLocked("name")
        public Optional<T> guarded() {
            return Optional.empty();
        }
    }

    static class ReturnsInheritedStream extends Generic<Stream<String>> {}

    static class ReturnsWildcardOfFutures {

        @DistributedLocked("name")
        public List<? extends Optional<? extends CompletableFuture<?>>> guarded() {
            return List.of();
        }
    }

    static class ReturnsMonoOfFlux {

        @DistributedLocked("name")
        public Mono<Flux<String>> guarded() {
            return Mono.empty();
        }
    }

    static class ReturnsMonoOfStream {

        @DistributedLocked("name")
        public Mono<Stream<String>> guarded() {
            return Mono.empty();
        }
    }

    static class ReturnsMonoOfEntity {

        @DistributedLocked("name")
        public Mono<ResponseEntity<Flux<String>>> guarded() {
            return Mono.empty();
        }
    }

    static class ReturnsFluxOfFutures {

        @DistributedLocked("name")
        public Flux<CompletableFuture<String>> guarded() {
            return Flux.empty();
        }
    }

    static class ReturnsSingleOfStream {

        @DistributedLocked("name")
        public Single<Stream<String>> guarded() {
            return Single.never();
        }
    }

    static class ReturnsRunnable {

        @DistributedLocked("name")
        public Runnable guarded() {
            return () -> {};
        }
    }

    static class ReturnsIterator {

        @DistributedLocked("name")
        public Iterator<String> guarded() {
            return List.of("a").iterator();
        }
    }

    static class ReturnsSpliterator {

        @DistributedLocked("name")
        public Spliterator.OfInt guarded() {
            return Spliterators.emptyIntSpliterator();
        }
    }

    static class ReturnsSupplier {

        @DistributedLocked("name")
        public Supplier<String> guarded() {
            return () -> "";
        }
    }

    static class ReturnsSuppliers {

        @DistributedLocked("name")
        public List<IntSupplier> guarded() {
            return List.of();
        }
    }

    static class ReturnsSequence {

        @DistributedLocked("name")
        public Sequence<String> guarded() {
            return SequencesKt.emptySequence();
        }
    }

    static class ReturnsFunction {

        @DistributedLocked("name")
        public Function0<String> guarded() {
            return () -> "";
        }
    }

    static class ReturnsAsyncServerResponse {

        @DistributedLocked("name")
        public AsyncServerResponse guarded() {
            return AsyncServerResponse.create(new CompletableFuture<>());
        }
    }

    /** A value, though one can go through it. */
    static class Lines implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return List.of("a").iterator();
        }
    }

    @SuppressWarnings("rawtypes")
    static class Finished {

        @DistributedLocked("name")
        public Iterable<String> iterable(Iterable<String> result) {
            return result;
        }

        @DistributedLocked("name")
        public ServerResponse response(ServerResponse result) {
            return result;
        }

        @DistributedLocked("name")
        public Object any(Object result) {
            assertThat(LockContext.find()).isPresent();
            return result;
        }

        @DistributedLocked("name")
        public List raw(List result) {
            return result;
        }

        @DistributedLocked("name")
        public Object[] array(Object[] result) {
            return result;
        }

        @DistributedLocked("name")
        public Optional<?> optional(Optional<?> result) {
            return result;
        }

        @DistributedLocked("name")
        public Map<String, Object> map(Map<String, Object> result) {
            return result;
        }

        @DistributedLocked("name")
        public HttpEntity<?> entity(Object body) {
            return ResponseEntity.ok(body);
        }

        @DistributedLocked("name")
        public List<Optional<Object>> nested(List<Optional<Object>> result) {
            return result;
        }

        @DistributedLocked("name")
        public Mono<Object> mono(Object result) {
            return Mono.just(result);
        }

        @DistributedLocked("name")
        public CompletionStage<Object> stage(Object result) {
            return CompletableFuture.completedFuture(result);
        }
    }
}
