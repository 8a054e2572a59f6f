package io.dflockd.client.internal.loop;

/** A {@link Runnable} as a task that runs once. */
final class RunOnce extends CallbackTask {

    private static final long serialVersionUID = 1L;

    private final transient Runnable task;

    private RunOnce(Runnable task) {
        this.task = task;
    }

    static CallbackTask of(Runnable task) {
        return task instanceof CallbackTask once ? once : new RunOnce(task);
    }

    @Override
    protected void call() {
        task.run();
    }
}
