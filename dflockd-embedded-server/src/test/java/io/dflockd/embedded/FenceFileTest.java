package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fences in tokens, and the file that keeps them. */
class FenceFileTest extends ServerTest {

    /** Far above the clock. */
    private static final long HIGH = Long.MAX_VALUE / 2;

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("fences");
    }

    private EmbeddedDflockdServerBuilder withFile() {
        return EmbeddedDflockdServer.builder().generation(Generation.G3).fenceStateFile(file);
    }

    private long fence(EmbeddedDflockdServer server) throws Exception {
        Wire wire = connect(server);
        String token = Wire.tokenOf(wire.ask("l", "k", "0"));
        assertThat(wire.ask("r", "k", token)).isEqualTo("ok");
        return Long.parseUnsignedLong(token.substring(0, 16), 16);
    }

    private void writeOldForm(long ceiling) throws IOException {
        Files.write(file, ByteBuffer.allocate(8).putLong(ceiling).array());
    }

    @Test
    void fencesCountEveryGrantFromTheClockOn() throws Exception {
        long before = System.currentTimeMillis() * 1_000_000;
        EmbeddedDflockdServer server = start(virtualTime(Generation.G3));
        assertThat(server.view().lastFence()).isZero();
        long first = fence(server);
        assertThat(first).isBetween(before, before + 60_000_000_000L);
        Wire a = connect(server);
        assertThat(Wire.tokenOf(a.ask("e", "x", ""))).startsWith(Long.toHexString(first + 1));
        assertThat(a.ask("l", "x", "0")).isEqualTo("timeout");
        assertThat(Wire.tokenOf(a.ask("sl", "x", "0 2"))).startsWith(Long.toHexString(first + 2));
        assertThat(server.view().lastFence()).isEqualTo(first + 2);
        assertThat(server.view().holders())
                .allSatisfy(h -> assertThat(h.token()).startsWith(Long.toHexString(h.fence())));
        server.restart();
        assertThat(fence(server)).isGreaterThan(first + 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fencesGoOnAboveAllEarlierOnes(boolean killed) throws Exception {
        writeOldForm(HIGH);
        EmbeddedDflockdServer server = start(withFile());
        long first = fence(server);
        assertThat(first).isGreaterThan(HIGH);
        if (killed) {
            server.kill();
        } else {
            server.stop();
        }
        assertThat(Files.size(file)).isEqualTo(64);
        long second = fence(start(withFile()));
        assertThat(second).isGreaterThan(first + 1_000_000);
        assertThat(fence(start(withFile().fenceStateFile(directory.resolve("other")))))
                .isLessThan(first);
    }

    @Test
    void aClockThatWasSetBackDoesNotRepeatFences() throws Exception {
        EmbeddedDflockdServer server = start(withFile());
        long first = fence(server);
        server.stop();
        long ceiling = Math.max(slot(0), slot(1));
        assertThat(ceiling).isGreaterThan(first);
        server.start();
        // Without the file it would be the clock, which has not come that far.
        assertThat(fence(server)).isGreaterThan(first);
    }

    private long slot(int number) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file)).getLong(number * 32 + 8);
    }

    @Test
    void oneSlotThatIsNotValidDoesNoHarm() throws Exception {
        writeOldForm(HIGH);
        EmbeddedDflockdServer server = start(withFile());
        long first = fence(server);
        server.restart();
        server.stop();
        byte[] content = Files.readAllBytes(file);
        int newest = slot(0) > slot(1) ? 0 : 1;
        content[newest * 32 + 31] ^= 1;
        Files.write(file, content);
        server.start();
        assertThat(fence(server)).isGreaterThan(first);
        server.stop();
        content[newest * 32 + 31] ^= 1;
        content[0] ^= 1;
        content[32] ^= 1;
        Files.write(file, content);
        assertThatThrownBy(server::start).isInstanceOf(IOException.class).hasMessageContaining("content");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 9, 31, 32, 63, 64, 65, 4096})
    void aFileOfAnotherKindIsRefusedAndKept(int size) throws Exception {
        byte[] content = "x".repeat(size).getBytes();
        Files.write(file, content);
        assertThatThrownBy(() -> withFile().start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("fence state file " + file)
                .hasMessageContaining("delete it");
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void aFileInUseIsRefused() throws Exception {
        EmbeddedDflockdServer server = start(withFile());
        assertThatThrownBy(() -> withFile().start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another server uses it");
        assertThat(fence(server)).isPositive();
        assertThatThrownBy(() -> withFile()
                        .fenceStateFile(directory.resolve("free"))
                        .port(server.port())
                        .start())
                .hasMessageContaining("cannot listen");
        // The start that failed has left its file free.
        start(withFile().fenceStateFile(directory.resolve("free")));
    }

    @Test
    void aFileThatCannotBeOpenedOrWrittenFailsTheStart() {
        assertThatThrownBy(() -> withFile().fenceStateFile(directory).start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot use the fence state file " + directory);
        assertThatThrownBy(() ->
                        withFile().fenceStateFile(directory.resolve("no/file")).start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("NoSuchFile");
    }

    @Test
    void aFullDiskFailsTheStart() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "the system has no device that is always full");
        assertThatThrownBy(() -> withFile().fenceStateFile(full).start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write the fence state file /dev/full");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "G3")
    void generationsWithoutFencesInTokensHaveNoFile(Generation generation) {
        assertThatThrownBy(() -> withFile().generation(generation).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("" + generation);
    }

    @Test
    void aTokenOfAnotherServerIsAnError() throws Exception {
        EmbeddedDflockdServer server = start(withFile());
        EmbeddedDflockdServer other = start();
        Wire a = connect(server);
        String own = Wire.tokenOf(a.ask("l", "k", "0"));
        String foreign = Wire.tokenOf(connect(other).ask("l", "k", "0"));
        assertThat(a.ask("n", "k", foreign)).isEqualTo("error");
        assertThat(a.ask("r", "k", foreign)).isEqualTo("error");
        assertThat(a.ask("n", "k", own)).isEqualTo("ok 33");
    }

    @Test
    void withoutNumbersNothingIsGrantedButReleasesAndRenewalsGoOn() throws Exception {
        EmbeddedDflockdServer server = start(withFile());
        Wire a = connect(server);
        Wire b = connect(server);
        Wire c = connect(server);
        String held = Wire.tokenOf(a.ask("l", "k", "0"));
        String other = Wire.tokenOf(a.ask("l", "other", "0"));
        assertThat(b.ask("e", "k", "")).isEqualTo("queued");
        c.send("l\nk\n1\n");
        awaitWaiters(server, "k", 2);
        InjectedFault fault = server.faults().failGrants();

        assertThat(a.ask("n", "other", other)).isEqualTo("ok 33");
        assertThat(a.ask("r", "k", held)).isEqualTo("ok");
        assertThat(a.ask("l", "free", "0")).isEqualTo("error");
        assertThat(a.ask("e", "free", "")).isEqualTo("error");
        assertThat(a.ask("l", "k", "0")).isEqualTo("error");
        assertThat(b.ask("w", "k", "5")).isEqualTo("error");
        assertThat(a.ask("stats", "_", "_"))
                .contains("{\"key\":\"k\",\"owner_conn_id\":0,\"lease_expires_in_s\":0,\"waiters\":2}");
        assertThat(c.line()).isEqualTo("timeout");
        assertThat(fault.hits()).isPositive();
        fault.remove();

        assertThat(server.view().waiters("k")).hasSize(1);
        assertThat(a.ask("l", "k", "0")).isEqualTo("timeout");
        assertThat(b.ask("w", "k", "0")).startsWith("ok ");
    }

    @Test
    void aWaitMovesAQueueThatStoodStill() throws Exception {
        EmbeddedDflockdServer server = start(withFile());
        Wire a = connect(server);
        Wire b = connect(server);
        String held = Wire.tokenOf(a.ask("l", "k", "0"));
        b.ask("e", "k", "");
        InjectedFault fault = server.faults().failGrants();
        assertThat(a.ask("r", "k", held)).isEqualTo("ok");
        fault.remove();
        assertThat(server.view().waiters("k")).hasSize(1);
        assertThat(b.ask("w", "k", "0")).startsWith("ok ");
        assertThat(b.ask("w", "k", "0")).isEqualTo("error_not_enqueued");
    }
}
