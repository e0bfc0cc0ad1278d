package singletabletest_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A step is one operation of a random sequence: it makes the request for a table, and for a run, which has tokens of its own.
type step struct {
	request func(table, run string) any
	mode    reading
}

func (s step) String() string {
	in := s.request("T", "run")
	return strings.TrimPrefix(fmt.Sprintf("%T", in), "*dynamodb.") + " " + show(in)
}

// A reading is how the answer to a read is compared.
type reading int

const (
	exactly  reading = iota
	paged            // all pages, one by one
	anyOrder         // the items in any order, because they have none
	tied             // in any order where the sort key is equal
)

// answer does a step and returns what there is to compare of the answer.
func (s step) answer(ctx context.Context, client *dynamodb.Client, table, run string) string {
	var out any
	var err error
	switch in := s.request(table, run).(type) {
	case *dynamodb.PutItemInput:
		out, err = client.PutItem(ctx, in)
	case *dynamodb.UpdateItemInput:
		out, err = client.UpdateItem(ctx, in)
	case *dynamodb.DeleteItemInput:
		var o *dynamodb.DeleteItemOutput
		if o, err = client.DeleteItem(ctx, in); err == nil {
			o.ConsumedCapacity = nil // Local tells it of missing items without being asked
			out = o
		}
	case *dynamodb.GetItemInput:
		out, err = client.GetItem(ctx, in)
	case *dynamodb.QueryInput:
		out, err = s.query(ctx, client, in)
	case *dynamodb.ScanInput:
		var o *dynamodb.ScanOutput
		if o, err = client.Scan(ctx, in); err == nil {
			canonise(reflect.ValueOf(o))
			o.Items = sorted(o.Items)
			out = o
		}
	case *dynamodb.BatchGetItemInput:
		var o *dynamodb.BatchGetItemOutput
		if o, err = client.BatchGetItem(ctx, in); err == nil {
			canonise(reflect.ValueOf(o))
			o.Responses[table] = sorted(o.Responses[table])
			out = o
		}
	case *dynamodb.BatchWriteItemInput:
		out, err = client.BatchWriteItem(ctx, in)
	case *dynamodb.TransactWriteItemsInput:
		out, err = client.TransactWriteItems(ctx, in)
	case *dynamodb.TransactGetItemsInput:
		out, err = client.TransactGetItems(ctx, in)
	default:
		panic(fmt.Sprintf("no way to send a %T", in))
	}
	if err != nil {
		return failure(err)
	}
	canonise(reflect.ValueOf(out))
	return show(out)
}

// query reads one page or all, and leaves out the order of items that are equal in their index.
func (s step) query(ctx context.Context, client *dynamodb.Client, in *dynamodb.QueryInput) (any, error) {
	var pages []*dynamodb.QueryOutput
	for {
		out, err := client.Query(ctx, in)
		if err != nil {
			return nil, err
		}
		pages = append(pages, out)
		if s.mode != paged || out.LastEvaluatedKey == nil || len(pages) == 20 {
			break
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
	if s.mode == tied {
		canonise(reflect.ValueOf(pages[0]))
		order := pick(pages[0].Items, "r")
		pages[0].Items = sorted(pages[0].Items)
		return struct {
			Page  *dynamodb.QueryOutput
			Order []string
		}{pages[0], order}, nil
	}
	return pages, nil
}

// failure is the code of an error with the reasons of a cancelled transaction and the items that were in the way.
func failure(err error) string {
	var api interface{ ErrorCode() string }
	if !errors.As(err, &api) {
		return "no answer: " + err.Error()
	}
	text := api.ErrorCode()
	if e, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		canonise(reflect.ValueOf(e.Item))
		text += " " + show(e.Item)
	}
	if e, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		for _, r := range e.CancellationReasons {
			if r.Code != nil && *r.Code == "ValidationError" {
				return invalid // which Local says of an update that fails on its item, without reasons
			}
			canonise(reflect.ValueOf(r.Item))
			text += fmt.Sprintf(" %s %s", *r.Code, show(r.Item))
		}
	}
	return text
}
