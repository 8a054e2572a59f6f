package io.dflockd.spring.boot.test;

import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import org.springframework.stereotype.Component;

@Component
class GuardedComponent {

    @DistributedLocked("job")
    public int holders(EmbeddedDflockdServer server) {
        return server.view().holders("job").size();
    }
}
