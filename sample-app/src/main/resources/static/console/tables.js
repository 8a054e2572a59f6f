// Changes what has changed and nothing else, so that the focus stays. The HTML of cells and items comes from the server, which
// escapes every key, channel and payload in it.
const MOST_ITEMS = 100;

export function update(table, rows) {
    const body = table.tBodies[0];
    const focused = focusWithin(body);
    const labels = [...table.tHead.rows[0].cells].map(cell => cell.textContent);
    const old = new Map([...body.rows].map(row => [row.dataset.id, row]));
    rows.forEach((row, index) => {
        const element = old.get(row.id) ?? document.createElement('tr');
        old.delete(row.id);
        element.dataset.id = row.id;
        element.className = row.style;
        row.cells.forEach((html, column) => setCell(element, column, html, labels));
        while (element.cells.length > row.cells.length) {
            element.lastElementChild.remove();
        }
        [...element.cells].forEach((cell, column) =>
            cell.colSpan = column === row.cells.length - 1 ? labels.length - column : 1);
        if (body.rows[index] !== element) {
            body.insertBefore(element, body.rows[index] ?? null);
        }
    });
    old.forEach(element => element.remove());
    restore(focused, table);
}

export function addItem(list, item) {
    if ([...list.children].some(element => element.dataset.id === item.id)) {
        return; // sent again after the connection broke
    }
    const element = document.createElement('li');
    element.dataset.id = item.id;
    element.className = item.style;
    element.innerHTML = item.html;
    list.prepend(element);
    while (list.children.length > MOST_ITEMS) {
        list.lastElementChild.remove();
    }
}

function setCell(row, column, html, labels) {
    let cell = row.cells[column];
    if (!cell) {
        cell = document.createElement(column === 0 ? 'th' : 'td');
        if (column === 0) {
            cell.scope = 'row';
        }
        cell.dataset.label = labels[column];
        row.append(cell);
    }
    // What the browser makes of the HTML may differ from it in writing, so the cell remembers what was written.
    if (cell.written !== html) {
        cell.innerHTML = html;
        cell.written = html;
    }
}

function focusWithin(body) {
    const element = document.activeElement;
    const row = element && body.contains(element) ? element.closest('tr') : null;
    return row && { element, id: row.dataset.id, column: element.closest('th, td').cellIndex };
}

/** To the same button, to what is in its place now, or to the title of the table. */
function restore(focused, table) {
    if (!focused || document.activeElement === focused.element) {
        return;
    }
    const row = [...table.tBodies[0].rows].find(each => each.dataset.id === focused.id);
    const inPlace = focused.element.isConnected ? focused.element : row?.cells[focused.column]?.querySelector('a, button');
    (inPlace ?? document.getElementById(table.id + '-title')).focus();
}
