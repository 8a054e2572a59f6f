package io.dflockd.benchmarks.compare;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

/** Spring Integration's {@code RedisLockRegistry} over Lettuce; its locks are not renewed. */
final class IntegrationContender implements Contender {

    private static final int LEASE_MILLIS = 33_000;

    private final LettuceConnectionFactory connections;

    private final RedisLockRegistry registry;

    IntegrationContender(int redisPort, RedisLockType type) {
        connections = new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", redisPort));
        connections.afterPropertiesSet();
        connections.start();
        registry = new RedisLockRegistry(connections, "bench", LEASE_MILLIS);
        registry.setRedisLockType(type);
    }

    @Override
    public Lock lock(String key) {
        return new JavaLock(registry.obtain(key));
    }

    @Override
    public void close() {
        registry.destroy();
        connections.destroy();
    }
}
