// Follows the stream of the server. The page is complete without it.
import { connect } from './stream.js';
import { update, addItem } from './tables.js';
import { sendForms } from './actions.js';

const byId = id => document.getElementById(id);

const stream = connect({
    state: text => byId('connection').textContent = text,
    entry: item => addItem(byId('events'), item),
    snapshot: tables => {
        byId('name').textContent = tables.name;
        document.title = 'dflockd console, ' + tables.name;
        byId('keyCount').textContent = tables.keyCount;
        for (const id of ['instances', 'servers', 'keys', 'handles']) {
            update(byId(id), tables[id]);
        }
        for (const link of document.querySelectorAll('a[data-port]')) {
            link.hostname = location.hostname;
        }
    },
});

const filter = byId('filter');
let typing;
filter.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => stream.filter(filter.elements.filter.value), 250);
});
filter.addEventListener('submit', event => {
    event.preventDefault();
    stream.filter(filter.elements.filter.value);
});

stream.filter(filter.elements.filter.value);
sendForms(text => byId('outcome').textContent = text);
