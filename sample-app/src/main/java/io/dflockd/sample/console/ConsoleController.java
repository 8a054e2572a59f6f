package io.dflockd.sample.console;

import java.util.concurrent.CompletableFuture;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What the console shows: as a page, as JSON, and as a stream. */
@RestController
class ConsoleController {

    private final Snapshots snapshots;

    private final Watchers watchers;

    private final OwnState ownState;

    private final EventLog log;

    private final ConsolePage page;

    private final ConsoleProperties properties;

    ConsoleController(
            Snapshots snapshots,
            Watchers watchers,
            OwnState ownState,
            EventLog log,
            ConsolePage page,
            ConsoleProperties properties) {
        this.snapshots = snapshots;
        this.watchers = watchers;
        this.ownState = ownState;
        this.log = log;
        this.page = page;
        this.properties = properties;
    }

    /** Complete without JavaScript. With it, the same page follows the stream. */
    @GetMapping(path = "/", produces = "text/html;charset=UTF-8")
    CompletableFuture<String> page(@RequestParam(defaultValue = "") String filter) {
        return snapshots.take().thenApply(snapshot -> page.render(snapshot, log.newest(), filter));
    }

    @GetMapping(path = "/console/snapshot", produces = MediaType.APPLICATION_JSON_VALUE)
    CompletableFuture<Snapshot.View> view(@RequestParam(defaultValue = "") String filter) {
        return snapshots.take().thenApply(snapshot -> snapshot.view(filter, properties.rows()));
    }

    @GetMapping(path = "/console/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter stream(@RequestParam(defaultValue = "") String filter) {
        return watchers.watch(filter);
    }

    /** For other instances. */
    @GetMapping(path = "/console/instance", produces = MediaType.APPLICATION_JSON_VALUE)
    InstanceState instance() {
        return ownState.now();
    }
}
