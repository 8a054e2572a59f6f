package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ReleaseMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LockOptionsTests {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void ownLimitsGoBeforeThoseOfTheDefaultsAndNoneIsALimitToo() {
        LockOptions defaults =
                LockOptions.builder().holdAtLeast(SECOND).holdAtMost(MINUTE).build();
        LockOptions nothing = LockOptions.builder().name("n").build().orElse(defaults);
        LockOptions own = LockOptions.builder()
                .holdAtLeast(Duration.ofMillis(5))
                .holdAtMost(Duration.ofMillis(6))
                .build()
                .orElse(defaults);
        LockOptions none = LockOptions.builder()
                .holdAtLeast(Duration.ZERO)
                .withoutHoldAtMost()
                .build()
                .orElse(defaults);

        assertThat(nothing.holdAtLeast()).isEqualTo(SECOND);
        assertThat(nothing.holdAtMost()).isEqualTo(MINUTE);
        assertThat(own.holdAtLeast()).isEqualTo(Duration.ofMillis(5));
        assertThat(own.holdAtMost()).isEqualTo(Duration.ofMillis(6));
        assertThat(none.holdAtLeast()).isZero();
        assertThat(none.holdAtMost()).isZero();
        assertThat(LockOptions.defaults().holdAtLeast()).isNull();
        assertThat(LockOptions.defaults().holdAtMost()).isNull();
    }

    @Test
    void limitsBelongToTheValue() {
        LockOptions options =
                LockOptions.builder().holdAtLeast(SECOND).holdAtMost(MINUTE).build();
        LockOptions none = LockOptions.builder().withoutHoldAtMost().build();

        assertThat(options.toBuilder().build()).isEqualTo(options).hasSameHashCodeAs(options);
        assertThat(none.toBuilder().build()).isEqualTo(none).isNotEqualTo(LockOptions.defaults());
        assertThat(options)
                .isNotEqualTo(LockOptions.builder().holdAtLeast(SECOND).build())
                .isNotEqualTo(LockOptions.builder().holdAtMost(MINUTE).build());
        assertThat(options.toString()).contains("holdAtLeast=PT1S").contains("holdAtMost=PT1M");
    }

    @Test
    void limitsThatCannotBeAreRefused() {
        LockOptions.Builder builder = LockOptions.builder();

        refused(() -> builder.holdAtLeast(Duration.ofNanos(-1)), "holdAtLeast", "negative");
        refused(() -> builder.holdAtLeast(Duration.ofDays(367)), "holdAtLeast", "too long");
        refused(() -> builder.holdAtMost(Duration.ZERO), "holdAtMost", "PT0S");
        refused(() -> builder.holdAtMost(Duration.ofNanos(-1)), "holdAtMost", "PT-0.000000001S");
        refused(() -> builder.holdAtMost(Duration.ofDays(367)), "holdAtMost", "too long");
        builder.holdAtLeast(MINUTE).holdAtMost(SECOND);
        refused(builder::build, "holdAtLeast PT1M", "holdAtMost PT1S");
        assertThat(builder.withoutHoldAtMost().build().holdAtLeast()).isEqualTo(MINUTE);
        assertThat(builder.holdAtMost(MINUTE).build().holdAtMost()).isEqualTo(MINUTE);
    }

    @Test
    void releaseBelongsToTheValue() {
        LockOptions sent = LockOptions.builder().release(ReleaseMode.SENT).build();
        LockOptions confirmed =
                LockOptions.builder().release(ReleaseMode.CONFIRMED).build();

        assertThat(sent.orElse(confirmed).release()).isEqualTo(ReleaseMode.SENT);
        assertThat(LockOptions.builder().name("n").build().orElse(sent).release())
                .isEqualTo(ReleaseMode.SENT);
        assertThat(LockOptions.defaults().release()).isNull();
        assertThat(sent.toBuilder().build())
                .isEqualTo(sent)
                .hasSameHashCodeAs(sent)
                .isNotEqualTo(confirmed);
        assertThat(sent.toString()).contains("release=SENT");
    }

    private static void refused(Runnable call, String... parts) {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(call::run)
                .satisfies(ex -> assertThat(ex.getMessage()).contains(parts));
    }
}
