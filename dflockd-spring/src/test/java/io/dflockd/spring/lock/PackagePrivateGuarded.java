package io.dflockd.spring.lock;

import io.dflockd.spring.lock.annotation.DistributedLocked;

/** A proxy of a subclass in another package cannot override the method. */
public class PackagePrivateGuarded {

    @DistributedLocked("name")
    void guarded() {}
}
