package io.dflockd.sample.jvm;

import io.dflockd.spring.lock.annotation.DistributedLocked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.TaskExecutor;

/** What the tests run in JVMs of their own. Says on standard output what it does, and waits for a line where told. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(GuardedApplication.Guarded.class)
class GuardedApplication {

    public static void main(String[] args) throws Exception {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(GuardedApplication.class)
                .web(WebApplicationType.NONE)
                .properties("spring.main.banner-mode=off", "logging.level.root=warn")
                .run(args);
        Guarded guarded = context.getBean(Guarded.class);
        Path file = Path.of(context.getEnvironment().getRequiredProperty("test.file"));
        say("READY");
        System.in.read();
        switch (context.getEnvironment().getRequiredProperty("test.mode")) {
            case "count" ->
                countTogether(guarded, file, context.getEnvironment().getProperty("test.guarded", Boolean.class, true));
            case "hold" -> guarded.hold();
            case "note" -> guarded.note(file);
            case "task" ->
                context.getBean("applicationTaskExecutor", TaskExecutor.class).execute(() -> guarded.work(file));
            default -> throw new IllegalArgumentException();
        }
        say("DONE");
        System.in.read();
    }

    /** Begins when another process begins too. */
    private static void countTogether(Guarded guarded, Path file, boolean locked) throws Exception {
        Path folder = file.resolveSibling("counting");
        Files.createDirectories(folder);
        Files.createFile(folder.resolve(Long.toString(ProcessHandle.current().pid())));
        while (folder.toFile().list().length < 2) {
            Thread.onSpinWait();
        }
        count(guarded, file, locked);
    }

    private static void count(Guarded guarded, Path file, boolean locked) throws IOException {
        for (int i = 0; i < 500; i++) {
            if (locked) {
                guarded.increment(file);
            } else {
                Guarded.incrementBare(file);
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }

    static class Guarded {

        private final CountDownLatch stopping = new CountDownLatch(1);

        @EventListener
        void contextCloses(ContextClosedEvent event) {
            stopping.countDown();
        }

        @DistributedLocked("counter")
        public void increment(Path file) throws IOException {
            incrementBare(file);
        }

        static void incrementBare(Path file) throws IOException {
            int value = Integer.parseInt(Files.readString(file));
            // Long enough for another process to come between, were it not locked out.
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
            // In place: another process must never see an empty file.
            Files.writeString(file, "%08d".formatted(value + 1), StandardOpenOption.WRITE);
        }

        @DistributedLocked("held")
        public void hold() throws InterruptedException {
            say("HELD");
            TimeUnit.HOURS.sleep(1);
        }

        @DistributedLocked("held")
        public void note(Path file) throws IOException {
            append(file, "noted\n");
        }

        @DistributedLocked("held")
        public void work(Path file) {
            try {
                append(file, "begin\n");
                say("WORKING");
                stopping.await();
                // The context's close goes on meanwhile, and must not free the lock.
                TimeUnit.SECONDS.sleep(1);
                append(file, "end\n");
            } catch (IOException | InterruptedException ex) {
                throw new IllegalStateException(ex);
            }
        }

        private static void append(Path file, String line) throws IOException {
            Files.writeString(file, line, StandardOpenOption.APPEND);
        }
    }
}
