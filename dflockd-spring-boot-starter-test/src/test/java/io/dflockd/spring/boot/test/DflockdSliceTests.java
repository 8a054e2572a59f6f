package io.dflockd.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.lock.LockTemplate;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;

@DflockdTest
@Import(DflockdSliceTests.Named.class)
class DflockdSliceTests {

    @Autowired
    private ApplicationContext context;

    @Autowired
    private LockTemplate locks;

    @Autowired
    private EmbeddedDflockdServer server;

    @Test
    void locksOnAnEmbeddedServerWhateverTheApplicationsFilesSay() {
        int holders = locks.execute("k", handle -> server.view().holders("k").size());
        assertThat(holders).isEqualTo(1);
    }

    @Test
    void hasNeitherScannedComponentsNorOtherAutoConfigurations() {
        assertThat(context.getBeanNamesForType(GuardedComponent.class)).isEmpty();
        assertThat(context.getBeanNamesForType(TaskExecutionAutoConfiguration.class))
                .isEmpty();
        assertThat(context.getBean(Named.class)).isNotNull();
    }

    static class Named {}
}
