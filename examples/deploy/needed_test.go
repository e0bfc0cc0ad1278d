package deploy

import (
	"context"
	"fmt"
	"path"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go/middleware"
)

// The roles allow what the code does and nothing else: everything that it can do is done here, on engines in memory, and what it
// asks of AWS is held against the table of examples. An engine in memory would not miss a permission, AWS does.
func TestCodeNeedsWhatItMay(t *testing.T) {
	t.Parallel()
	for _, e := range examples(t) {
		for _, f := range e.functions {
			t.Run(e.name+"/"+f.pkg, func(t *testing.T) {
				t.Parallel()
				if f.use == nil {
					t.Fatal("nothing uses the function, so nobody knows what it needs: write use")
				}
				r := &recorder{t: t}
				f.use(t, r)
				var may []string
				for name, actions := range f.code {
					for _, action := range actions {
						may = append(may, action+" on "+name)
					}
				}
				differences := func(may []string) []string {
					var d deployment
					d.compare("permissions", "the code", r.done, "the table of examples", may)
					return d.problems
				}
				for _, problem := range differences(may) {
					t.Error(problem)
				}
				if differences(may[1:]) == nil || differences(append(may, "dynamodb:Scan on table")) == nil {
					t.Error("one permission more or less makes no difference, so this proves nothing")
				}
			})
		}
	}
}

// recorder is told of every call that SDK clients make, and keeps what permission it takes: "dynamodb:GetItem on table".
type recorder struct {
	t    *testing.T
	mu   sync.Mutex
	done []string
}

// watch is an option of SDK clients: their APIOptions.
func (r *recorder) watch(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("record",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			r.record(in.Parameters)
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
}

// record translates what AWS is asked into the permissions that it takes ("Actions, resources, and condition keys" of each service).
// The queues of these tests are called by their names in the table of arns.
func (r *recorder) record(in any) {
	switch in := in.(type) {
	case *dynamodb.GetItemInput:
		r.add("dynamodb:GetItem", "table")
	case *dynamodb.PutItemInput:
		r.add("dynamodb:PutItem", "table")
	case *dynamodb.UpdateItemInput:
		r.add("dynamodb:UpdateItem", "table")
	case *dynamodb.DeleteItemInput:
		r.add("dynamodb:DeleteItem", "table")
	case *dynamodb.QueryInput:
		if in.IndexName != nil {
			r.add("dynamodb:Query", "index")
		} else {
			r.add("dynamodb:Query", "table")
		}
	case *dynamodb.TransactWriteItemsInput:
		for _, item := range in.TransactItems {
			for action, there := range map[string]bool{
				"PutItem": item.Put != nil, "UpdateItem": item.Update != nil, "DeleteItem": item.Delete != nil,
				"ConditionCheckItem": item.ConditionCheck != nil,
			} {
				if there {
					r.add("dynamodb:"+action, "table")
				}
			}
		}
	case *sqs.SendMessageInput:
		r.add("sqs:SendMessage", path.Base(aws.ToString(in.QueueUrl)))
	case *sqs.SendMessageBatchInput:
		r.add("sqs:SendMessage", path.Base(aws.ToString(in.QueueUrl)))
	case *sqs.ChangeMessageVisibilityBatchInput:
		r.add("sqs:ChangeMessageVisibility", path.Base(aws.ToString(in.QueueUrl)))
	case *s3.GetObjectInput:
		r.add("s3:GetObject", "every "+aws.ToString(in.Bucket))
	case *s3.PutObjectInput:
		r.add("s3:PutObject", "every "+aws.ToString(in.Bucket))
	case *s3.DeleteObjectInput:
		r.add("s3:DeleteObject", "every "+aws.ToString(in.Bucket))
	default:
		r.t.Errorf("which permission does a %T take? say it in record", in)
	}
}

func (r *recorder) add(action, on string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if one := fmt.Sprint(action, " on ", on); !slices.Contains(r.done, one) {
		r.done = append(r.done, one)
	}
}
