package io.dflockd.client.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.signal.StallDetector.Question;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StallDetectorTests {

    private final TestLoop loop = new TestLoop();

    private final Deque<Question> questions = new ArrayDeque<>();

    private final List<Long> stood = new ArrayList<>();

    private final StallDetector detector = new StallDetector(loop.loop().timers(), new StallDetector.Watched() {
        @Override
        public void ask(Question question) {
            questions.add(question);
        }

        @Override
        public void stoodStill(long nanos) {
            stood.add(TimeUnit.NANOSECONDS.toSeconds(nanos));
        }
    });

    private void pass(double seconds) {
        loop.advance(Duration.ofMillis((long) (seconds * 1000)));
    }

    @Test
    void asksEveryTwoSecondsAsLongAsItIsAnswered() {
        detector.start();
        for (int i = 0; i < 5; i++) {
            pass(2.1);
            assertThat(questions).hasSize(1);
            detector.answered(questions.remove());
        }
        assertThat(stood).isEmpty();
    }

    @Test
    void asksNothingWhileAQuestionIsOpen() {
        detector.start();
        pass(2.1);
        assertThat(questions).hasSize(1);
        pass(2.5);
        assertThat(questions).hasSize(1);
    }

    @Test
    void lateAnswerMeansThatTheNetworkStoodStill() {
        detector.start();
        pass(2.1);
        pass(3.5);
        assertThat(stood).isEmpty();
        detector.answered(questions.remove());
        assertThat(stood).containsExactly(3L);
    }

    @Test
    void signalBeforeALateAnswerMeansItToo() {
        detector.start();
        pass(2.1);
        pass(4);
        detector.read();
        assertThat(stood).containsExactly(4L);
        detector.answered(questions.remove());
        assertThat(stood).hasSize(1);
    }

    @Test
    void answerThatIsLateAfterSignalsIsNoStandstill() {
        detector.start();
        pass(2.1);
        for (int i = 0; i < 4; i++) {
            pass(1);
            detector.read();
        }
        detector.answered(questions.remove());
        assertThat(stood).isEmpty();
    }

    @Test
    void lateTimerMeansThatTheProcessStoodStill() {
        detector.start();
        pass(0.5);
        loop.jump(Duration.ofSeconds(5));
        assertThat(stood).containsExactly(5L);
        pass(10);
        assertThat(stood).hasSize(1);
        assertThat(questions).isEmpty();
    }

    @Test
    void shortPauseIsNoStandstill() {
        detector.start();
        pass(0.5);
        loop.jump(Duration.ofMillis(2_400));
        assertThat(stood).isEmpty();
    }

    @Test
    void nothingIsReportedAfterAStop() {
        detector.start();
        pass(2.1);
        Question question = questions.remove();
        detector.stop();
        pass(10);
        detector.answered(question);
        detector.read();
        assertThat(stood).isEmpty();
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void answerOfAnEarlierStartCountsNothing() {
        detector.start();
        pass(2.1);
        Question old = questions.remove();
        detector.stop();
        pass(10);
        detector.start();
        pass(2.1);
        detector.answered(old);
        assertThat(stood).isEmpty();
        pass(2.1);
        assertThat(questions).hasSize(1);
    }
}
