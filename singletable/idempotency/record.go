package idempotency

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// status is how far a call has come, as the record says it.
type status string

const (
	inProgress status = "IN_PROGRESS"
	completed  status = "COMPLETED"
	failed     status = "FAILED"
)

const (
	typeName  = "Idempotency"
	sortValue = "IDEMPOTENCY"
)

// The attributes of a record, besides those that the store's options name.
const (
	attrStatus  = "status"
	attrOwner   = "owner"        // a random token of the call that wrote the record
	attrUntil   = "locked_until" // while in progress: milliseconds since 1970
	attrPayload = "payload"      // SHA-256 of the input, when that is checked
	attrResult  = "result"       // JSON
	attrText    = "error"        // of a final error
	attrFinal   = "final"        // the text of the error of WithFinal that it matched
)

var ownAttributes = [...]string{attrStatus, attrOwner, attrUntil, attrPayload, attrResult, attrText, attrFinal}

// record is the memory of one key.
type record struct {
	status      status
	owner       string
	until       time.Time // zero unless in progress
	expires     time.Time
	payload     string
	result      *string
	text, final string
}

type item = map[string]types.AttributeValue

func (s *Store) key(partition string) item {
	return item{s.partitionKey: text(partition), s.sortKey: text(sortValue)}
}

func (s *Store) encode(partition string, r record) item {
	it := s.key(partition)
	it[s.typeAttribute] = text(typeName)
	it[s.expiresAt] = number(r.expires.Add(time.Second - 1).Unix()) // rounded up: never kept for less than was promised
	it[attrStatus] = text(string(r.status))
	it[attrOwner] = text(r.owner)
	if !r.until.IsZero() {
		it[attrUntil] = number(r.until.UnixMilli())
	}
	if r.result != nil {
		it[attrResult] = text(*r.result)
	}
	for name, value := range map[string]string{attrPayload: r.payload, attrText: r.text, attrFinal: r.final} {
		if value != "" {
			it[name] = text(value)
		}
	}
	return it
}

func (s *Store) decode(it item) (record, error) {
	r := record{
		status: status(textOf(it, attrStatus)), owner: textOf(it, attrOwner),
		payload: textOf(it, attrPayload), text: textOf(it, attrText), final: textOf(it, attrFinal),
	}
	expires, err := numberOf(it, s.expiresAt)
	if err != nil {
		return r, err
	}
	r.expires = time.Unix(expires, 0)
	if r.status == inProgress {
		until, err := numberOf(it, attrUntil)
		if err != nil {
			return r, err
		}
		r.until = time.UnixMilli(until)
	}
	if v, ok := it[attrResult].(*types.AttributeValueMemberS); ok {
		r.result = &v.Value
	}
	return r, nil
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func textOf(it item, name string) string {
	v, ok := it[name].(*types.AttributeValueMemberS)
	if !ok {
		return ""
	}
	return v.Value
}

func numberOf(it item, name string) (int64, error) {
	if v, ok := it[name].(*types.AttributeValueMemberN); ok {
		if n, err := strconv.ParseInt(v.Value, 10, 64); err == nil {
			return n, nil
		}
	}
	return 0, fmt.Errorf("the record's attribute %s is not a whole number", name)
}
