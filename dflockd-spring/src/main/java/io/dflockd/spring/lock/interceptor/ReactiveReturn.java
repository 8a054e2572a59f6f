package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.LockHandle;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.ReactiveLockTemplate;
import io.dflockd.spring.lock.interceptor.UnfinishedWork.Check;
import java.util.function.Function;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Methods that return a reactive type: each subscription acquires and runs the method. */
final class ReactiveReturn implements GuardedReturn {

    private final boolean many;

    private final Check check;

    private final Function<@Nullable Object, Publisher<?>> toPublisher;

    private final Function<Publisher<?>, Object> fromPublisher;

    ReactiveReturn(
            boolean many,
            Check check,
            Function<@Nullable Object, Publisher<?>> toPublisher,
            Function<Publisher<?>, Object> fromPublisher) {
        this.many = many;
        this.check = check;
        this.toPublisher = toPublisher;
        this.fromPublisher = fromPublisher;
    }

    @Override
    public Object invoke(
            MethodInvocation invocation, LockOperations operations, String key, GuardDefinition definition) {
        MethodInvocation original = StageReturn.detached(invocation);
        ReactiveLockTemplate template = new ReactiveLockTemplate(operations);
        LockOptions options = definition.options();
        if (many) {
            Function<LockHandle, Publisher<Object>> work = handle -> many(original, definition, key);
            return fromPublisher.apply(
                    definition.skipWhenBusy()
                            ? template.tryExecuteMany(key, options, work)
                            : template.executeMany(key, options, work));
        }
        Function<LockHandle, Mono<Object>> work = handle -> one(original, definition, key);
        return fromPublisher.apply(
                definition.skipWhenBusy()
                        ? template.tryExecute(key, options, work)
                        : template.execute(key, options, work));
    }

    private Flux<Object> many(MethodInvocation original, GuardDefinition definition, String key) {
        Flux<Object> work = Flux.from(proceed(original, definition, key));
        return check == Check.NONE
                ? work
                : work.doOnNext(value -> GuardedReturns.refuseUnfinished(check, value, definition));
    }

    private Mono<Object> one(MethodInvocation original, GuardDefinition definition, String key) {
        Mono<Object> work = Mono.from(proceed(original, definition, key));
        return check == Check.NONE
                ? work
                : work.doOnNext(value -> GuardedReturns.refuseUnfinished(check, value, definition));
    }

    private Publisher<?> proceed(MethodInvocation original, GuardDefinition definition, String key) {
        Object result;
        try {
            result = HeldOutside.proceed(StageReturn.detached(original), definition, key);
        } catch (Error ex) {
            throw ex;
        } catch (Throwable ex) {
            return Mono.error(ex);
        }
        if (result == null) {
            throw new IllegalStateException(definition.label() + " returned null instead of a publisher");
        }
        return toPublisher.apply(result);
    }
}
