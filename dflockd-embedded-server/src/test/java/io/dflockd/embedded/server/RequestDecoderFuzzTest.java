package io.dflockd.embedded.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.embedded.table.Dialect;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever bytes arrive, in whatever segments: the requests are those of the bytes, up to the first line that is too long. */
class RequestDecoderFuzzTest {

    private static final int ROUNDS = 500;

    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);

    /** Cut in the simplest way. */
    private static final class Expected {

        private final List<Request> requests = new ArrayList<>();

        private boolean tooLong;

        Expected(byte[] bytes, Dialect dialect) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            String[] lines = new String[3];
            int from = 0;
            for (int count = 0; !tooLong && text.indexOf('\n', from) >= 0; count++) {
                int end = text.indexOf('\n', from);
                String line = text.substring(from, end);
                from = end + 1;
                String counted = dialect == Dialect.G2 ? line.replace("\r", "") : line;
                boolean mayBeLong = dialect == Dialect.G3 && count % 3 == 2 && lines[0].equals("auth");
                tooLong = counted.length() > (mayBeLong ? 65_536 : 256);
                lines[count % 3] = withoutCarriageReturnsAtEnd(counted);
                if (count % 3 == 2 && !tooLong) {
                    requests.add(new Request(1, lines[0], lines[1], lines[2]));
                }
            }
        }
    }

    private static String withoutCarriageReturnsAtEnd(String line) {
        return line.endsWith("\r") ? withoutCarriageReturnsAtEnd(line.substring(0, line.length() - 1)) : line;
    }

    private void arrives(byte[] bytes, Dialect dialect, RandomGenerator random) {
        RequestDecoder decoder = new RequestDecoder(1, dialect);
        List<Request> requests = new ArrayList<>();
        boolean tooLong = false;
        int most = 0;
        int largest = 1 << random.nextInt(14);
        for (int from = 0; from < bytes.length && !tooLong; ) {
            int length = Math.min(bytes.length - from, 1 + random.nextInt(largest));
            decoder.add(memory.buffer().writeBytes(bytes, from, length));
            from += length;
            try {
                Request request;
                while ((request = decoder.next()) != null) {
                    requests.add(request);
                }
                most = Math.max(most, decoder.size());
            } catch (LineTooLong ex) {
                tooLong = true;
            }
        }
        decoder.discard();
        assertThat(most).as("bytes that are kept").isZero();
        Expected expected = new Expected(bytes, dialect);
        assertThat(requests).isEqualTo(expected.requests);
        assertThat(tooLong).isEqualTo(expected.tooLong);
        assertThat(memory.metric().usedHeapMemory()).as("bytes left behind").isZero();
    }

    @ParameterizedTest
    @EnumSource
    void anyBytes(Dialect dialect) {
        Fuzz.run(ROUNDS, random -> arrives(RandomRequests.noise(random, 1 << random.nextInt(14)), dialect, random));
    }

    @ParameterizedTest
    @EnumSource
    void requests(Dialect dialect) {
        Fuzz.run(ROUNDS, random -> arrives(RandomRequests.some(random), dialect, random));
    }
}
