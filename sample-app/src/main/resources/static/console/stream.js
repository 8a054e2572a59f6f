// The server-sent events. A browser opens them again by itself, except if the server has refused.
const AGAIN_AFTER_MILLIS = 2000;

export function connect({ state, entry, snapshot }) {
    let source;
    let wanted = '';
    let again;

    function open() {
        clearTimeout(again);
        source?.close();
        source = new EventSource('/console/events?filter=' + encodeURIComponent(wanted));
        source.onopen = () => state('Live.');
        source.onerror = () => {
            state('This instance does not answer. The page shows its last word and tries again.');
            document.body.classList.add('stale');
            if (source.readyState === EventSource.CLOSED) {
                again = setTimeout(open, AGAIN_AFTER_MILLIS);
            }
        };
        source.addEventListener('entry', event => entry(JSON.parse(event.data)));
        source.addEventListener('snapshot', event => {
            document.body.classList.remove('stale');
            snapshot(JSON.parse(event.data));
        });
    }

    return {
        filter(text) {
            if (!source || text !== wanted) {
                wanted = text;
                open();
            }
        },
    };
}
