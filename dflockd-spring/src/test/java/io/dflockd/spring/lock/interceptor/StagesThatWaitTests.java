package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Guarded work that blocks on other guarded work ends, also if there is more of it than the client has threads. */
@Timeout(200)
class StagesThatWaitTests {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** More than any machine has processors. */
    private static final int MANY = 300;

    @RegisterExtension
    final LockServer locks = new LockServer();

    private static void assertEnd(IntFunction<CompletableFuture<Integer>> work) {
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            all.add(work.apply(i));
        }
        assertThat(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)))
                .as(() -> all.stream().filter(one -> !one.isDone()).count() + " did not end")
                .succeedsWithin(SOON);
        assertThat(all).allMatch(one -> one.join() == 1);
    }

    @Test
    void stagesOfMethodsThatJoinOtherStages() {
        GuardedContext.on(locks).withBean(Work.class).run(context -> {
            Work work = context.getBean(Work.class);
            assertEnd(i -> work.joining("" + i, work));
        });
    }

    @Test
    void stagesOfMethodsThatCallBlockingMethods() {
        GuardedContext.on(locks).withBean(Work.class).run(context -> {
            Work work = context.getBean(Work.class);
            assertEnd(i -> work.calling("" + i, work));
        });
    }

    @Test
    void workOfATemplateThatJoinsOtherWork() {
        LockTemplate template = new LockTemplate(locks.client());
        assertEnd(i -> template.executeAsync(
                "outer" + i,
                outer -> CompletableFuture.completedFuture(
                        template.executeAsync("inner" + i, inner -> CompletableFuture.completedFuture(1))
                                .join())));
    }

    static class Work {

        @DistributedLocked(name = "joining", key = "#id")
        public CompletableFuture<Integer> joining(String id, Work self) {
            return CompletableFuture.completedFuture(self.inner(id).join());
        }

        @DistributedLocked(name = "calling", key = "#id")
        public CompletableFuture<Integer> calling(String id, Work self) {
            return CompletableFuture.completedFuture(self.blocking(id));
        }

        @DistributedLocked(name = "inner", key = "#id")
        public CompletableFuture<Integer> inner(String id) {
            return CompletableFuture.completedFuture(1);
        }

        @DistributedLocked(name = "blocking", key = "#id")
        public int blocking(String id) {
            return 1;
        }
    }
}
