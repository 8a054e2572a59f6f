package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.annotation.AliasFor;

/** A method takes one lock. Two annotations that ask for two fail the start, rather than one of them being dropped. */
class ConflictingAnnotationsTests {

    private final ApplicationContextRunner runner =
            GuardedContext.withoutClient().withBean("client", DflockdClient.class, DflockdClient::withoutLocking);

    @Test
    void severalOnOneElementFailTheStart() {
        fails(TwoComposed.class, "TwoComposed.both()", "order", "customer");
        fails(DirectAndComposed.class, "DirectAndComposed.both()", "direct", "order");
        fails(RepeatedTwice.class, "RepeatedTwice.both()", "first", "second");
        fails(TwoComposedLimits.class, "TwoComposedLimits.both()", "first", "second");
        fails(TwoOnType.class, "TwoOnType.both()", "order", "customer");
    }

    @Test
    void severalInterfacesFailTheStart() {
        fails(OfTwoInterfaces.class, "OfTwoInterfaces.work()", "left", "right");
        fails(OfTwoTypes.class, "OfTwoTypes.work()", "leftType", "rightType");
        fails(InheritsAndImplements.class, ".work()", "base", "right");
    }

    @Test
    void bothAnnotationsWithOneKeyFailTheStart() {
        fails(LockAndLimit.class, "LockAndLimit.both()", "@DistributedLocked", "@DistributedConcurrencyLimit", "same");
        fails(LockAndLimitOfOneKey.class, "LockAndLimitOfOneKey.both(String)", "same");
    }

    @Test
    void nearestOfAnOverriddenMethodWins() {
        runner.withBean(Overriding.class)
                .withBean(Agreeing.class)
                .withBean(OfNarrower.class)
                .withBean(OnMethodAndType.class)
                .withBean(LockAndLimitOfOtherKeys.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Right.class).work()).isEqualTo("own");
                    assertThat(context.getBean(Same.class).work()).isEqualTo("same");
                    assertThat(context.getBean(Narrower.class).work()).isEqualTo("narrower");
                    assertThat(context.getBean(OnMethodAndType.class).work()).isEqualTo("method");
                    assertThat(context.getBean(LockAndLimitOfOtherKeys.class).both("7"))
                            .isEqualTo("same:other");
                });
    }

    private void fails(Class<?> bean, String... hints) {
        runner.withBean("suspect", bean).run(context -> {
            assertThat(context).as(bean.getSimpleName()).hasFailed();
            assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                    .isInstanceOf(LockDefinitionException.class)
                    .message()
                    .contains("'suspect'")
                    .contains(hints);
        });
    }

    private static String held() {
        return LockContext.current().key();
    }

    @Retention(RetentionPolicy.RUNTIME)
    @DistributedLocked("order")
    @interface OrderLock {}

    @Retention(RetentionPolicy.RUNTIME)
    @DistributedLocked("customer")
    @interface CustomerLock {}

    @Retention(RetentionPolicy.RUNTIME)
    @DistributedLocked("repeated")
    @Repeatable(NamedLocks.class)
    @interface NamedLock {

        @AliasFor(annotation = DistributedLocked.class, attribute = "name")
        String value();
    }

    @Retention(RetentionPolicy.RUNTIME)
    @interface NamedLocks {

        NamedLock[] value();
    }

    @Retention(RetentionPolicy.RUNTIME)
    @DistributedConcurrencyLimit(name = "first", limit = 1)
    @interface FirstLimit {}

    @Retention(RetentionPolicy.RUNTIME)
    @DistributedConcurrencyLimit(name = "second", limit = 1)
    @interface SecondLimit {}

    static class TwoComposed {

        @OrderLock
        @CustomerLock
        public void both() {}
    }

    static class DirectAndComposed {

        @DistributedLocked("direct")
        @OrderLock
        public void both() {}
    }

    static class RepeatedTwice {

        @NamedLock("first")
        @NamedLock("second")
        public void both() {}
    }

    static class TwoComposedLimits {

        @FirstLimit
        @SecondLimit
        public void both() {}
    }

    @OrderLock
    @CustomerLock
    static class TwoOnType {

        public void both() {}
    }

    interface Left {

        @DistributedLocked("left")
        String work();
    }

    interface Right {

        @DistributedLocked("right")
        String work();
    }

    static class OfTwoInterfaces implements Left, Right {

        @Override
        public String work() {
            return held();
        }
    }

    @DistributedLocked("leftType")
    interface LeftType {

        String work();
    }

    @DistributedLocked("rightType")
    interface RightType {

        String work();
    }

    static class OfTwoTypes implements LeftType, RightType {

        @Override
        public String work() {
            return held();
        }
    }

    static class Base {

        @DistributedLocked("base")
        public String work() {
            return held();
        }
    }

    static class InheritsAndImplements extends Base implements Right {}

    static class LockAndLimit {

        @DistributedLocked("same")
        @DistributedConcurrencyLimit(name = "same", limit = 2)
        public void both() {}
    }

    static class LockAndLimitOfOneKey {

        @DistributedLocked(name = "same", key = "#id")
        @DistributedConcurrencyLimit(name = "same", key = "#id", limit = 2)
        public void both(String id) {}
    }

    static class LockAndLimitOfOtherKeys {

        @DistributedLocked(name = "same", key = "#id")
        @DistributedConcurrencyLimit(name = "same", key = "'other'", limit = 2)
        public String both(String id) {
            return held();
        }
    }

    static class Overriding extends Base implements Left, Right {

        @Override
        @DistributedLocked("own")
        public String work() {
            return held();
        }
    }

    interface Same {

        @DistributedLocked("same")
        String work();
    }

    interface SameAgain {

        @DistributedLocked("same")
        String work();
    }

    static class Agreeing implements Same, SameAgain {

        @Override
        public String work() {
            return held();
        }
    }

    interface Narrower extends Left {

        @Override
        @DistributedLocked("narrower")
        String work();
    }

    static class OfNarrower implements Left, Narrower {

        @Override
        public String work() {
            return held();
        }
    }

    @DistributedLocked("type")
    static class OnMethodAndType {

        @DistributedLocked("method")
        public String work() {
            return held();
        }
    }
}
