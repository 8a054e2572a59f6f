package io.dflockd.benchmarks.compare;

import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Redisson's {@code RLock}, with its defaults: a watchdog renews it. */
final class RedissonContender implements Contender {

    private final RedissonClient client;

    RedissonContender(int redisPort) {
        Config config = new Config();
        config.useSingleServer().setAddress("redis://127.0.0.1:" + redisPort);
        client = Redisson.create(config);
    }

    @Override
    public Lock lock(String key) {
        return new JavaLock(client.getLock(key));
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
