package io.dflockd.spring.leader;

import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.util.function.BooleanSupplier;
import org.aopalliance.intercept.MethodInvocation;
import org.reactivestreams.Publisher;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Methods that return a reactive type: each subscription asks whether this application leads, and runs the method. */
final class ReactiveLeaderOnlyReturn {

    private ReactiveLeaderOnlyReturn() {}

    static LeaderOnlyReturn of(String label, Class<?> type) {
        ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
        if (adapter == null) {
            throw new LockDefinitionException(
                    label + " returns " + type.getName() + ", which nothing on the class path bridges to Reactor",
                    type.getName().startsWith("kotlinx.")
                            ? "Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor."
                            : "Return a Flux, a Mono or a CompletableFuture.",
                    null);
        }
        return (invocation, isLeader) -> {
            MethodInvocation original = detached(invocation);
            Flux<Object> work = Flux.defer(() -> run(label, original, isLeader, adapter));
            return adapter.fromPublisher(adapter.isMultiValue() ? work : Mono.from(work));
        };
    }

    /** The proxy turns what the interceptor returns into what the function returns. */
    static LeaderOnlyReturn ofSuspending(boolean many) {
        return (invocation, isLeader) ->
                isLeader.getAsBoolean() ? invocation.proceed() : many ? Flux.empty() : Mono.empty();
    }

    private static Publisher<Object> run(
            String label, MethodInvocation original, BooleanSupplier isLeader, ReactiveAdapter adapter) {
        if (!isLeader.getAsBoolean()) {
            return Mono.empty();
        }
        Object result;
        try {
            result = detached(original).proceed();
        } catch (Error ex) {
            throw ex;
        } catch (Throwable ex) {
            return Mono.error(ex);
        }
        if (result == null) {
            throw new IllegalStateException(label + " returned null instead of a publisher");
        }
        return adapter.toPublisher(result);
    }

    /** An invocation that can proceed after its caller has returned. */
    private static MethodInvocation detached(MethodInvocation invocation) {
        return invocation instanceof ProxyMethodInvocation proxied ? proxied.invocableClone() : invocation;
    }
}
