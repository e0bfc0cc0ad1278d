package changes_test

import (
	"context"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// Changes of entities in shards are told by their keys, without a type and in every view, and an item in a shard that is not
// its own is nobody's.
func TestChangesOfEntitiesInShards(t *testing.T) {
	t.Parallel()
	type reading struct {
		Sensor string `dynamodbav:"sensor"`
		ID     string `dynamodbav:"id"`
		Text   string `dynamodbav:"text"`
	}
	readings := must(singletable.NewRepo[reading](singletable.NewTable(new(singletabletest.Engine).Client(), "app"), singletable.Schema{
		Type: "Reading", Key: singletable.Pattern("SENSOR#{sensor}", "READING#{id}").Sharded(8),
		GSI1: singletable.Pattern("TEXT#{text}", "{id}").Sparse().Sharded(3),
	}))
	v := reading{"roof#1", "r1", "x"}
	key := must(readings.Key(v))
	before, after := image{"PK": text(key.Partition), "SK": text(key.Sort)}, image{"PK": text(key.Partition), "SK": text(key.Sort), "text": text("x")}
	astray := image{"PK": text(key.Partition[:len(key.Partition)-1] + "9"), "SK": text(key.Sort), "text": text("x")}
	for _, viewType := range []string{"KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"} {
		var got []changes.Change[reading]
		h := newHandler(t, changes.Otherwise(func(context.Context, events.DynamoDBEventRecord) error { return nil }), changes.On(readings, func(_ context.Context, c changes.Change[reading]) error {
			got = append(got, c)
			return nil
		}))
		response, err := h(t.Context(), batchOf(view(change("1", nil, after), viewType), view(change("2", before, after), viewType),
			view(change("3", after, nil), viewType), view(change("4", nil, astray), viewType)))
		if err != nil || failures(response) != "" {
			t.Fatalf("%s: %s, %v", viewType, failures(response), err)
		}
		var kinds []changes.Kind
		for _, c := range got {
			kinds = append(kinds, c.Kind)
			if c.Key.Sensor != v.Sensor || c.Key.ID != v.ID || c.New != nil && *c.New != v {
				t.Errorf("%s: got %+v", viewType, c)
			}
		}
		if !slices.Equal(kinds, []changes.Kind{changes.Inserted, changes.Modified, changes.Removed}) {
			t.Errorf("%s: got %v", viewType, kinds)
		}
	}
}
