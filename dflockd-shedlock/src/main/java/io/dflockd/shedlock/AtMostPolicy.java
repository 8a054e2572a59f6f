package io.dflockd.shedlock;

/** What {@code lockAtMostFor} means for a task that is still running when that time is over. */
public enum AtMostPolicy {

    /**
     * The lock is lost and free, and another node may run the task. This is what ShedLock's other providers do, and the
     * default.
     */
    ENFORCE,

    /**
     * The lock is held until the task ends. A task that hangs keeps its lock for as long as its process lives. ShedLock allows
     * this for providers that notice the end of a process, and the server does.
     */
    IGNORE
}
