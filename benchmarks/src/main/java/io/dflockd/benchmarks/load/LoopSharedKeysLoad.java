package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.measure.Latencies;
import io.dflockd.benchmarks.measure.Span;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.measure.Workers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Blocking callers of one {@link LoopConnection} with a socket for each, shared keys: the least cost of waits behind one thread. */
record LoopSharedKeysLoad() implements Mode.Load {

    private static final int PATIENCE_SECONDS = 60;

    @Override
    public Summary run(Plan plan) throws Exception {
        try (LoopConnection loop = new LoopConnection(plan.servers().get(0), plan.workers())) {
            List<Latencies> times = new ArrayList<>();
            List<Workers.Work> works = new ArrayList<>();
            for (int i = 0; i < plan.workers(); i++) {
                Latencies latencies = new Latencies(plan.rounds());
                int socket = i;
                Random random = new Random(i);
                times.add(latencies);
                works.add(() -> {
                    for (int round = 0; round < plan.rounds(); round++) {
                        long before = System.nanoTime();
                        pair(loop, socket, Plan.key(random.nextInt(plan.keys())));
                        latencies.add(System.nanoTime() - before);
                    }
                });
            }
            Span time = Workers.run(plan.threads(), works);
            return Latencies.summarize(times, time);
        }
    }

    private static void pair(LoopConnection loop, int socket, String key) throws Exception {
        String grant = ask(loop, socket, "l\n" + key + "\n" + PATIENCE_SECONDS + "\n");
        String token = grant.split(" ", 3)[1];
        ask(loop, socket, "r\n" + key + "\n" + token + "\n");
    }

    private static String ask(LoopConnection loop, int socket, String request) throws Exception {
        byte[] answer =
                loop.ask(socket, request.getBytes(StandardCharsets.UTF_8)).get(60, TimeUnit.SECONDS);
        String line = new String(answer, StandardCharsets.UTF_8);
        if (!line.startsWith("ok")) {
            throw new IOException("not ok: " + line);
        }
        return line;
    }
}
