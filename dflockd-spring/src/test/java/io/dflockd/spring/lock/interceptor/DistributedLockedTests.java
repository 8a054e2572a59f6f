package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.SemaphoreLimitMismatchException;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.LockNotReentrantException;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.SemaphoreTemplate;
import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.OnBusy;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.annotation.AliasFor;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class DistributedLockedTests {

    @RegisterExtension
    final LockServer locks = new LockServer();

    private ApplicationContextRunner runner() {
        return GuardedContext.on(locks);
    }

    @Test
    void keyIsTakenFromTheArgumentsInEveryWay() {
        runner().withPropertyValues("tenant=acme")
                .withBean(Keys.class)
                .withBean("prefixer", Prefixer.class)
                .run(context -> {
                    Keys keys = context.getBean(Keys.class);
                    Supplier<List<String>> held = () -> locks.server().view().holders().stream()
                            .map(h -> h.key())
                            .toList();
                    assertThat(keys.byName("7", held)).containsExactly("order:7");
                    assertThat(keys.byIndex("7", held)).containsExactly("order:7");
                    assertThat(keys.byOldIndex("7", held)).containsExactly("order:7");
                    assertThat(keys.byRoot("7", held)).containsExactly("order:byRoot-7-Keys");
                    assertThat(keys.byProperty(new Order("7"), held)).containsExactly("order:7");
                    assertThat(keys.byBean("7", held)).containsExactly("order:bean-7");
                    assertThat(keys.byTwo("7", 8, held)).containsExactly("order:7,8");
                    assertThat(keys.byType("7", held)).containsExactly("order:7");
                    assertThat(keys.byPlaceholder(held)).containsExactly("acme-room#1:acme");
                    assertThat(keys.byNameOnly(held)).containsExactly("job");
                });
    }

    @Test
    void keyThatSaysNothingIsRefusedAtTheCall() {
        runner().withBean(Keys.class).withPropertyValues("tenant=acme").run(context -> {
            Keys keys = context.getBean(Keys.class);
            Supplier<List<String>> never = () -> {
                throw new AssertionError("ran unlocked");
            };
            for (String unfit : new String[] {null, "", " "}) {
                assertThatExceptionOfType(InvalidArgumentException.class)
                        .isThrownBy(() -> keys.byName(unfit, never))
                        .withMessageContaining("byName")
                        .withMessageContaining("key = \"#id\"")
                        .withMessageContaining("did not run");
            }
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> keys.byName("a b", never))
                    .withMessageContaining("byName");
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> keys.byName("x".repeat(300), never))
                    .withMessageContaining("byName");
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> keys.byObject(new Object(), never))
                    .withMessageContaining("toString()");
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> keys.byProperty(null, never))
                    .withMessageContaining("byProperty")
                    .withMessageContaining("key = \"#order.id()\"");
        });
    }

    @Test
    void keyIsEvaluatedOnceBeforeTheCall() {
        runner().withBean(Mutating.class).run(context -> {
            Mutating mutating = context.getBean(Mutating.class);
            List<String> argument = new ArrayList<>(List.of("a"));
            mutating.mutate(argument);
            assertThat(argument).containsExactly("b");
            assertThat(locks.server().view().holders()).isEmpty();
        });
    }

    @Test
    void busyLockFailsOrSkipsAndNeverRunsTheMethod() {
        runner().withBean(Busy.class).run(context -> {
            Busy busy = context.getBean(Busy.class);
            LockTemplate rival = new LockTemplate(locks.other());
            try (LockHandle held = rival.acquire("busy")) {
                assertThat(held.isHeld()).isTrue();
                assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(busy::failing);
                assertThat(busy.skipping()).isNull();
                assertThat(busy.skippingOptional()).isEmpty();
                assertThat(busy.skippingInt()).isEmpty();
                busy.skippingVoid();
            }
            assertThat(AopUtils.isAopProxy(busy)).isTrue();
            assertThat(busy.runs()).isZero();
            assertThat(busy.skipping()).isEqualTo("ran");
        });
    }

    @Test
    void conditionDecidesWhetherToLock() {
        runner().withBean(Conditional.class).run(context -> {
            Conditional conditional = context.getBean(Conditional.class);
            assertThat(conditional.locked(true)).isTrue();
            assertThat(conditional.locked(false)).isFalse();
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> conditional.notABoolean("x"))
                    .withMessageContaining("notABoolean")
                    .withMessageContaining("condition = \"#value\"");
        });
    }

    @Test
    void annotationMayBeOnTheClassTheInterfaceOrAnAnnotation() {
        runner().withBean("onClass", OnClass.class)
                .withBean(SubclassOfOnClass.class)
                .withBean(Implementation.class)
                .withBean(WithMeta.class)
                .run(context -> {
                    assertThat(context.getBean("onClass", OnClass.class).method())
                            .isEqualTo("class");
                    assertThat(context.getBean(SubclassOfOnClass.class).method())
                            .isEqualTo("method");
                    assertThat(context.getBean(Contract.class).guarded("7")).isEqualTo("contract:7");
                    assertThat(context.getBean(Contract.class).defaulted("8")).isEqualTo("contract:8");
                    assertThat(context.getBean(WithMeta.class).meta("9")).isEqualTo("meta:9");
                });
    }

    @Test
    void jdkProxyGuardsTheMethodsOfTheInterface() {
        runner().withBean(Implementation.class).run(context -> {
            assertThat(AopUtils.isJdkDynamicProxy(context.getBean(Contract.class)))
                    .isTrue();
            assertThat(context.getBean(Contract.class).generic("7")).isEqualTo("generic:7");
        });
    }

    @Test
    void semaphoreLimitsCallers() {
        runner().withPropertyValues("pool.limit=2").withBean(Limited.class).run(context -> {
            Limited limited = context.getBean(Limited.class);
            SemaphoreTemplate rival = new SemaphoreTemplate(locks.other());
            assertThat(limited.render(
                            () -> locks.server().view().holders("render").size()))
                    .isEqualTo(1);
            LockHandle first = rival.acquire("render", 2);
            assertThat(limited.render(() -> 5)).isEqualTo(5);
            LockHandle second = rival.acquire("render", 2);
            assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> limited.render(() -> 5));
            first.release();
            second.release();
            assertThat(limited.both(() -> locks.server().view().holders().stream()
                            .map(h -> h.key())
                            .toList()))
                    .containsExactlyInAnyOrder("both-lock", "both-limit");
        });
    }

    @Test
    void limitThatDiffersIsToldWithBothNumbers() {
        runner().withPropertyValues("pool.limit=3").withBean(Limited.class).run(context -> {
            try (LockHandle held = new SemaphoreTemplate(locks.other()).acquire("render", 2)) {
                assertThat(held.isHeld()).isTrue();
                assertThatExceptionOfType(SemaphoreLimitMismatchException.class)
                        .isThrownBy(() -> context.getBean(Limited.class).render(() -> 1))
                        .satisfies(ex -> assertThat(ex.requestedLimit()).isEqualTo(3));
            }
        });
    }

    @Test
    void nestedGuardedCallWithTheSameKeyThrowsAtOnce() {
        runner().withBean(Outer.class).withBean(Inner.class).run(context -> {
            Outer outer = context.getBean(Outer.class);
            assertThatExceptionOfType(LockNotReentrantException.class)
                    .isThrownBy(() -> outer.call("7", "7"))
                    .withMessageContaining("Outer.call")
                    .withMessageContaining("Inner.call")
                    .withMessageContaining("nested:7");
            assertThat(outer.call("7", "8")).isEqualTo("8");
            assertThat(locks.server().view().holders()).isEmpty();
        });
    }

    @Test
    void clientIsChosenByName() throws Exception {
        try (var elsewhere = EmbeddedDflockdServer.builder().start();
                var there = DflockdClient.builder().servers(elsewhere.address()).build()) {
            runner().withBean("there", DflockdClient.class, () -> there)
                    .withBean(OnOther.class)
                    .run(context -> assertThat(context.getBean(OnOther.class)
                                    .held(() ->
                                            elsewhere.view().holders("other").size()))
                            .isEqualTo(1));
        }
    }

    @Test
    void guardedBeansComeWithoutWarnings(CapturedOutput output) {
        runner().withPropertyValues("tenant=acme")
                .withBean(Keys.class)
                .withBean(Busy.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(((Advised) context.getBean(Busy.class)).getAdvisors())
                            .hasSize(1);
                });
        assertThat(output).doesNotContain("not eligible for getting processed");
    }

    record Order(String id) {}

    static class Prefixer {

        public String prefix(String id) {
            return "bean-" + id;
        }
    }

    static class Keys {

        @DistributedLocked(name = "order", key = "#id")
        public List<String> byName(String id, Supplier<List<String>> held) {
            return held.get();
        }

        @DistributedLocked(name = "order", key = "#p0")
        public List<String> byIndex(String id, Supplier<List<String>> held) {
            return held.get();
        }

        @DistributedLocked(name = "order", key = "#a0")
        public List<String> byOldIndex(String id, Supplier<List<String>> held) {
            return held.get();
        }

        @DistributedLocked(
                name = "order",
                key = "#root.methodName + '-' + #root.args[0] + '-' + #root.targetClass.simpleName")
        public List<String> byRoot(String id, Supplier<List<String>> held) {
            return held.get();
        }

        @DistributedLocked(name = "order", key = "#order.id()")
        public List<String> byProperty(Order order, Supplier<List<String>> held) {
            return held.get();
        }

        @DistributedLocked(name = "order", key = "{#id, #number}")
        public List<String> byTwo(String id, int number, Supplier<List<String>> held) {
            return held.get();
        }

        @DistributedLocked(name = "order", key = "T(java.util.Objects).toString(#id)")
        public List<String> byType(String id, Supplier<List<String>> held) {
            return held.get();
        }

        @DistributedLocked(name = "order", key = "#value")
        public List<String> byObject(Object value, Supplier<List<String>> held) {
            return held.get();
        }

        @DistributedLocked(name = "${tenant}-room#1", key = "'${tenant}'")
        public List<String> byPlaceholder(Supplier<List<String>> held) {
            return held.get();
        }

        @DistributedLocked("job")
        public List<String> byNameOnly(Supplier<List<String>> held) {
            return held.get();
        }

        @DistributedLocked(name = "order", key = "@prefixer.prefix(#id)")
        public List<String> byBean(String id, Supplier<List<String>> held) {
            return held.get();
        }
    }

    static class Mutating {

        @DistributedLocked(name = "mutating", key = "#values[0]")
        public void mutate(List<String> values) {
            assertThat(LockContext.current().key()).isEqualTo("mutating:a");
            values.set(0, "b");
        }
    }

    static class Busy {

        private int runs;

        @DistributedLocked(name = "busy", acquireTimeout = "0s")
        public String failing() {
            return ran();
        }

        @DistributedLocked(name = "busy", acquireTimeout = "0s", onBusy = OnBusy.SKIP)
        public @Nullable String skipping() {
            return ran();
        }

        @DistributedLocked(name = "busy", acquireTimeout = "PT0S", onBusy = OnBusy.SKIP)
        public Optional<String> skippingOptional() {
            return Optional.of(ran());
        }

        @DistributedLocked(name = "busy", acquireTimeout = "0s", onBusy = OnBusy.SKIP)
        public OptionalInt skippingInt() {
            ran();
            return OptionalInt.of(1);
        }

        @DistributedLocked(name = "busy", acquireTimeout = "0s", onBusy = OnBusy.SKIP)
        public void skippingVoid() {
            ran();
        }

        public int runs() {
            return runs;
        }

        private String ran() {
            runs++;
            return "ran";
        }
    }

    static class Conditional {

        @DistributedLocked(name = "conditional", condition = "#lock")
        public boolean locked(boolean lock) {
            return LockContext.find().isPresent();
        }

        @DistributedLocked(name = "conditional", condition = "#value")
        public boolean notABoolean(String value) {
            return true;
        }
    }

    @DistributedLocked("class")
    static class OnClass {

        public String method() {
            return LockContext.current().key();
        }

        @Override
        public String toString() {
            return "unguarded";
        }
    }

    static class SubclassOfOnClass extends OnClass {

        @Override
        @DistributedLocked("method")
        public String method() {
            return super.method();
        }
    }

    interface Generic<T> {

        String generic(T argument);
    }

    interface Contract extends Generic<String> {

        @DistributedLocked(name = "contract", key = "#number")
        String guarded(String number);

        @DistributedLocked(name = "contract", key = "#number")
        default String defaulted(String number) {
            return LockContext.current().key();
        }
    }

    static class Implementation implements Contract {

        @Override
        public String guarded(String renamed) {
            return LockContext.current().key();
        }

        @Override
        @DistributedLocked(name = "generic", key = "#id")
        public String generic(String id) {
            return LockContext.current().key();
        }
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @DistributedLocked(name = "meta")
    @interface MetaLocked {

        @AliasFor(annotation = DistributedLocked.class, attribute = "key")
        String by();
    }

    static class WithMeta {

        @MetaLocked(by = "#id")
        public String meta(String id) {
            return LockContext.current().key();
        }
    }

    static class Limited {

        @DistributedConcurrencyLimit(name = "render", limitString = "${pool.limit}", acquireTimeout = "0s")
        public int render(Supplier<Integer> work) {
            return work.get();
        }

        @DistributedLocked("both-lock")
        @DistributedConcurrencyLimit(name = "both-limit", limit = 2)
        public List<String> both(Supplier<List<String>> held) {
            return held.get();
        }
    }

    static class Outer {

        private final Inner inner;

        Outer(Inner inner) {
            this.inner = inner;
        }

        @DistributedLocked(name = "nested", key = "#id")
        public String call(String id, String next) {
            return inner.call(next);
        }
    }

    static class Inner {

        @DistributedLocked(name = "nested", key = "#id")
        public String call(String id) {
            return id;
        }
    }

    static class OnOther {

        @DistributedLocked(name = "other", client = "there")
        public int held(Supplier<Integer> held) {
            return held.get();
        }
    }
}
