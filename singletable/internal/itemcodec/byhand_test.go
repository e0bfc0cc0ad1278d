package itemcodec_test

import (
	"fmt"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// encodeByHand and decodeByHand are what a patient person writes for one struct. They are the floor of the benchmarks.
func encodeByHand(o *order) item {
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	number := func(n int64) types.AttributeValue {
		return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
	}
	tags := make([]types.AttributeValue, len(o.Tags))
	for i, tag := range o.Tags {
		tags[i] = text(tag)
	}
	labels := make(map[string]types.AttributeValue, len(o.Labels))
	for name, label := range o.Labels {
		labels[name] = text(label)
	}
	return item{
		"user_id": text(o.UserID), "id": text(o.ID), "status": text(o.Status), "currency": text(o.Currency), "note": text(o.Note),
		"total": number(o.Total), "version": number(o.Version), "paid": &types.AttributeValueMemberBOOL{Value: o.Paid},
		"created": text(o.Created.Format(time.RFC3339Nano)), "tags": &types.AttributeValueMemberL{Value: tags},
		"ship_to": &types.AttributeValueMemberM{Value: item{
			"street": text(o.ShipTo.Street), "city": text(o.ShipTo.City), "zip": text(o.ShipTo.Zip),
		}},
		"labels": &types.AttributeValueMemberM{Value: labels},
	}
}

func decodeByHand(it item, o *order) error {
	var failed error
	wrong := func(name string) {
		if failed == nil {
			failed = fmt.Errorf("attribute %s is missing or of another type", name)
		}
	}
	text := func(it item, name string) string {
		s, ok := it[name].(*types.AttributeValueMemberS)
		if !ok {
			wrong(name)
			return ""
		}
		return s.Value
	}
	number := func(name string) int64 {
		n, ok := it[name].(*types.AttributeValueMemberN)
		if !ok {
			wrong(name)
			return 0
		}
		i, err := strconv.ParseInt(n.Value, 10, 64)
		if err != nil {
			wrong(name)
		}
		return i
	}
	o.UserID, o.ID, o.Status = text(it, "user_id"), text(it, "id"), text(it, "status")
	o.Currency, o.Note = text(it, "currency"), text(it, "note")
	o.Total, o.Version = number("total"), number("version")
	if paid, ok := it["paid"].(*types.AttributeValueMemberBOOL); ok {
		o.Paid = paid.Value
	} else {
		wrong("paid")
	}
	var err error
	if o.Created, err = time.Parse(time.RFC3339Nano, text(it, "created")); err != nil {
		wrong("created")
	}
	if tags, ok := it["tags"].(*types.AttributeValueMemberL); ok {
		o.Tags = make([]string, len(tags.Value))
		for i, tag := range tags.Value {
			s, ok := tag.(*types.AttributeValueMemberS)
			if !ok {
				wrong("tags")
				break
			}
			o.Tags[i] = s.Value
		}
	} else {
		wrong("tags")
	}
	if to, ok := it["ship_to"].(*types.AttributeValueMemberM); ok {
		o.ShipTo = address{text(to.Value, "street"), text(to.Value, "city"), text(to.Value, "zip")}
	} else {
		wrong("ship_to")
	}
	if labels, ok := it["labels"].(*types.AttributeValueMemberM); ok {
		o.Labels = make(map[string]string, len(labels.Value))
		for name := range labels.Value {
			o.Labels[name] = text(labels.Value, name)
		}
	} else {
		wrong("labels")
	}
	return failed
}

// The floor does the same work as the others.
func TestByHand(t *testing.T) {
	t.Parallel()
	o := sample()
	want, err := attributevalue.MarshalMap(&o)
	if err != nil {
		t.Fatal(err)
	}
	got := encodeByHand(&o)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	var back order
	if err := decodeByHand(got, &back); err != nil || !reflect.DeepEqual(back, o) {
		t.Errorf("got %+v, %v", back, err)
	}
	delete(got, "note")
	if err := decodeByHand(got, &back); err == nil {
		t.Error("no error for a missing attribute")
	}
}
