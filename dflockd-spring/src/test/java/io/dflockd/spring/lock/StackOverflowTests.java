package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A guarded call that runs out of stack leaves nothing: no lock, no context on its thread, no observation and no open future. In
 * JVMs of their own, because a class that runs out of stack while it is initialized is lost for all other tests.
 */
@Timeout(120)
class StackOverflowTests {

    @RegisterExtension
    final LockServer locks = new LockServer();

    @TempDir
    Path directory;

    enum Form {
        BLOCKING {
            @Override
            void call(Dives dives) {
                dives.template.execute(dives.key(), Dives.OPTIONS, handle -> 1);
            }
        },
        TRYING {
            @Override
            void call(Dives dives) {
                dives.template.tryExecute(dives.key(), Dives.OPTIONS, handle -> 1);
            }
        },
        ASYNC {
            @Override
            void call(Dives dives) {
                dives.results.add(dives.template.executeAsync(
                        dives.key(), Dives.OPTIONS, handle -> CompletableFuture.completedFuture(1)));
            }
        };

        abstract void call(Dives dives);
    }

    /** Calls again and again near the end of the stack, a little further away each time. */
    static final class Dives {

        /** A lock that finds no stack for its release is released with its next renewal. */
        static final LockOptions OPTIONS =
                LockOptions.builder().leaseTtl(Duration.ofSeconds(2)).build();

        private static final int ROUNDS = 8;

        private final LockTemplate template;

        private final Form form;

        private final ObservationRegistry registry = ObservationRegistry.create();

        private final AtomicInteger running = new AtomicInteger();

        private final List<CompletableFuture<?>> results = new ArrayList<>();

        private int keys;

        private int succeeded;

        private int failed;

        private int frames;

        private int scopes;

        private Dives(DflockdClient client, Form form) {
            registry.observationConfig().observationHandler(new DeepHandler(running));
            this.template = new LockTemplate(
                    client, LockSettings.builder().observationRegistry(registry).build());
            this.form = form;
        }

        String key() {
            return "k" + keys++;
        }

        public static void main(String[] args) throws Exception {
            DflockdClient client = DflockdClient.builder()
                    .servers(args[0])
                    .requestTimeout(Duration.ofSeconds(1))
                    .build();
            new Dives(client, Form.valueOf(args[1])).run(client);
            System.exit(0);
        }

        private void run(DflockdClient client) throws Exception {
            // All classes are there before the first dive.
            for (int i = 0; i < 30; i++) {
                for (Form any : Form.values()) {
                    any.call(this);
                }
            }
            for (int round = 0; round < ROUNDS; round++) {
                Thread thread = new Thread(null, this::surface, "diver", (250 + round) * 1024L);
                thread.setDaemon(true);
                thread.start();
                thread.join(20_000);
                if (thread.isAlive()) {
                    System.out.println("hangs");
                    return;
                }
            }
            System.out.println("enough stack for some " + (succeeded > 0) + ", not for others " + (failed > 0));
            System.out.println("contexts left " + frames + ", scopes left " + scopes);
            await(() -> results.stream().allMatch(CompletableFuture::isDone));
            System.out.println("futures left "
                    + results.stream().filter(result -> !result.isDone()).count());
            await(() -> running.get() == 0);
            System.out.println("observations left " + running.get());
            await(() -> heldBy(client) == 0);
            System.out.println("locks left " + heldBy(client));
        }

        private static int heldBy(DflockdClient client) throws InterruptedException {
            return client.stats().values().iterator().next().locks().size();
        }

        private static void await(Callable<Boolean> condition) throws Exception {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!condition.call() && end - System.nanoTime() > 0) {
                System.gc();
                Thread.sleep(50);
            }
        }

        private void surface() {
            dive(0, 0);
            if (LockContext.find().isPresent()) {
                frames++;
            }
            if (registry.getCurrentObservation() != null) {
                scopes++;
            }
        }

        private int dive(int depth, int ignored) {
            int deeper = 0;
            try {
                deeper = dive(depth + 1, ignored + 1);
            } catch (StackOverflowError ex) {
                deeper = 100;
            }
            if (deeper <= 0) {
                return 0;
            }
            try {
                form.call(this);
                succeeded++;
                return deeper - 10;
            } catch (StackOverflowError ex) {
                failed++;
            } catch (RuntimeException | Error ex) {
                System.out.println("failed " + ex);
            }
            return deeper - 1;
        }
    }

    /** Needs as much stack as a meter does. */
    private record DeepHandler(AtomicInteger running) implements ObservationHandler<Observation.Context> {

        @Override
        public void onStart(Observation.Context context) {
            deep(10, 1);
        }

        @Override
        public void onStop(Observation.Context context) {
            deep(10, -1);
        }

        private void deep(int depth, int change) {
            if (depth == 0) {
                running.addAndGet(change);
            } else {
                deep(depth - 1, change);
            }
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void callWithoutStackLeavesNothingBehind(Form form) throws Exception {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Dives.class.getName(),
                        locks.server().address(),
                        form.name())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(output, StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.contains(" left ") || line.contains("enough") || line.startsWith("failed"))
                .containsExactly(
                        "enough stack for some true, not for others true",
                        "contexts left 0, scopes left 0",
                        "futures left 0",
                        "observations left 0",
                        "locks left 0");
    }
}
