package changes

import (
	"strconv"

	"github.com/aws/aws-lambda-go/events"
)

// Kind says what a change did to an entity.
type Kind uint8

// The kinds of change. A change of attributes is Modified, whether the item was put again or updated.
const (
	Inserted Kind = iota + 1
	Modified
	Removed
)

var kindNames = [...]string{Inserted: "inserted", Modified: "modified", Removed: "removed"}

// String returns the kind's name as it stands in logs: "inserted", "modified", "removed".
func (k Kind) String() string {
	if k >= Inserted && k <= Removed {
		return kindNames[k]
	}
	return "kind_" + strconv.Itoa(int(k))
}

// kindOf returns the kind that a record's event name stands for, or 0 when it stands for none.
func kindOf(r *events.DynamoDBEventRecord) Kind {
	switch r.EventName {
	case string(events.DynamoDBOperationTypeInsert):
		return Inserted
	case string(events.DynamoDBOperationTypeModify):
		return Modified
	case string(events.DynamoDBOperationTypeRemove):
		return Removed
	}
	return 0
}

// Change is what happened to one entity. It shares binary values with Record: do not change them.
type Change[T any] struct {
	// Kind is what happened, as the entity sees it. It differs from the record's event name, MODIFY, when the item was
	// overwritten by one of another type: Removed to the entity that went, Inserted to the one that came.
	Kind Kind

	// Key is the entity with at least those attributes set that its key is made of: New where it is there, else Old, else what
	// the record's key tells. It can be given to Get and Delete. Do not write it back: it may be a part of the item.
	Key T

	// Old and New are the entity before and after the change. Each is nil where there was none, and where the stream's view
	// type leaves it out; the package documentation has the table.
	Old, New *T

	// Expired tells that DynamoDB removed the item because its time to live was over (Amazon DynamoDB Developer Guide,
	// "DynamoDB Streams and Time to Live"). It is told in the region where that happened; in the other regions of a global
	// table the removal is like any other.
	Expired bool

	// Record is the record as it came.
	Record events.DynamoDBEventRecord
}

// expired tells whether the time-to-live process made the change.
func expired(r *events.DynamoDBEventRecord) bool {
	who := r.UserIdentity
	return kindOf(r) == Removed && who != nil && who.Type == "Service" && who.PrincipalID == "dynamodb.amazonaws.com"
}
