package singletabletest

import (
	"fmt"
	"strconv"
	"time"
)

// tooOld is how long an item may have been expired to be deleted: the service takes more for a mistake ("Using time to
// live (TTL) in DynamoDB", Amazon DynamoDB Developer Guide).
const tooOld = 5 * 365 * 24 * time.Hour

// ExpireItems deletes the items of a table whose time to live is over at now, as the service does some time later, and
// returns how many those were. They are gone from indexes too, and the stream's records say that the service deleted
// them: their userIdentity is that of dynamodb.amazonaws.com.
//
// An item expires by the table's time-to-live attribute if that is a number, of seconds since 1970, not after now and at
// most five years before. Nothing expires by itself. It fails when there is no such table, or its time to live is off.
func (e *Engine) ExpireItems(table string, now time.Time) (deleted int, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t, err := e.table(&table)
	switch {
	case err != nil:
		return 0, fmt.Errorf("singletabletest: expire items of table %q: %w", table, err)
	case t.ttl == "":
		return 0, fmt.Errorf("singletabletest: expire items of table %q: its time to live is off: call UpdateTimeToLive", table)
	}
	latest, err := parseNumber(strconv.FormatInt(now.Unix(), 10))
	if err != nil {
		return 0, err
	}
	earliest, err := parseNumber(strconv.FormatInt(now.Add(-tooOld).Unix(), 10))
	if err != nil {
		return 0, err
	}
	var over []*entry
	for found := range t.items.all(segment{total: 1}, nil) {
		if n, ok := found.item[t.ttl].(number); ok && n.compare(latest) <= 0 && n.compare(earliest) >= 0 {
			over = append(over, found)
		}
	}
	for _, found := range over {
		w := write{table: t, at: t.key.of(found.item), old: found, expired: true}
		w.commit(newCapacity("", t.name()))
	}
	return len(over), nil
}
